import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, World } from '../../helpers/test-server.ts';
import { conclude, Ground } from './fault-bench.ts';

jest.setTimeout(60_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

const minute = 60_000;

/** The numbers of what somebody was told. */
const told = (id: string) => new Set(ground.switchboard.got(id).map(({ seq }) => seq));

describe('a clock that jumps', () => {
  it.each([-10, -2, 2, 10])('by %d minutes within a request leaves one effect', async (minutes) => {
    for (let jumped = true, calls = 0; jumped; calls += 1) {
      const { room, calm, ben, me } = await ground.scene();
      let [ahead, count] = [0, 0];
      const table = intercept(ground.table, async (_sent, go) => {
        count += 1;
        const output = await go();
        if (count === calls + 1) ahead = minutes * minute;
        return output;
      });
      const jumping = ground.calm({ now: () => Date.now() + ahead }, table);
      const frame = { action: 'sendmessage', room, message: 'once', id: 'the-id' };
      const first = await jumping.send(ben, frame);
      jumped = ahead !== 0;
      if (first['type'] !== 'ack') expect(first).toMatchObject({ code: 'unavailable' });
      const second = await calm.send(ben, frame);
      expect(second).toMatchObject({ type: 'ack' });
      expect(await jumping.send(ben, frame)).toEqual(second);
      const { events } = await calm.store.recovery.eventsAfter(room, 1);
      expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
      expect(told(me)).toEqual(new Set([second['seq']]));
    }
    ground.findings.add(
      'the clock jumps by minutes, either way, within a request',
      'one log, one effect',
      'so it was',
    );
  });

  it('between two Lambdas leaves one log and one effect', async () => {
    const { room, calm, ben, me } = await ground.scene();
    const offsets = [-5, 0, 5].map((minutes) => minutes * minute);
    const lambdas = offsets.map((offset) => ground.calm({ now: () => Date.now() + offset }));
    const acks = new Map<string, Frame[]>();
    for (let turn = 0; turn < 12; turn += 1) {
      const frame = { action: 'sendmessage', room, message: 'once', id: `id-${turn % 4}` };
      const [one, ...others] = lambdas.toSorted(() => (turn % 2 ? 1 : -1));
      const replies = [await one?.send(ben, frame)];
      replies.push(...(await Promise.all(others.map((lambda) => lambda.send(ben, frame)))));
      const before = acks.get(frame.id) ?? [];
      acks.set(frame.id, [...before, ...replies.filter((reply) => reply !== undefined)]);
    }
    for (const replies of acks.values()) {
      for (const reply of replies) expect(reply).toEqual(replies[0]);
    }
    const { events } = await calm.store.recovery.eventsAfter(room, 1);
    expect(events).toHaveLength(4);
    expect(told(me)).toEqual(new Set(events.map(({ seq }) => seq)));
    const fault = 'the clocks of Lambdas are minutes apart';
    ground.findings.add(fault, 'one log, one effect', 'so it was');
  });

  it('a minute ahead charges connections for what they did not ask, until it is back', async () => {
    const { calm, ben, room } = await ground.scene();
    const limits = { rate: 10, burst: 300 };
    const request = { action: 'members', room };
    const often = async (lambda: World) => {
      for (let turn = 0; turn < 15; turn += 1) await lambda.send(ben, request);
      return lambda.send(ben, request);
    };
    await often(new World(ground.table, { ...limits, now: () => Date.now() + minute }));
    const exact = new World(ground.table, limits);
    expect(await often(exact)).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(await calm.send(ben, request)).toMatchObject({ type: 'ack' });
    ground.findings.add(
      'the clock of one Lambda is a minute ahead, and somebody asks often',
      'as the limits say',
      'not kept: others refuse them, and may hang up, until that minute is over',
    );
  });
});

conclude(() => ground);
