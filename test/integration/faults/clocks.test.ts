import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';
import { FaultBench, testConclusions } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

const minute = 60_000;

/** The numbers of what somebody was told. */
const receivedSeqs = (id: string) =>
  new Set(bench.connectionsApi.framesFor(id).map(({ seq }) => seq));

describe('a clock that jumps', () => {
  it.each([-10, -2, 2, 10])('by %d minutes within a request leaves one effect', async (minutes) => {
    for (let jumped = true, calls = 0; jumped; calls += 1) {
      const { room, healthy, ben, me } = await bench.createScenario();
      let [ahead, count] = [0, 0];
      const table = interceptTable(bench.table, async (_sent, go) => {
        count += 1;
        const output = await go();
        if (count === calls + 1) ahead = minutes * minute;
        return output;
      });
      const jumping = bench.createHealthyServer({ now: () => Date.now() + ahead }, table);
      const frame = { action: 'sendmessage', room, message: 'once', id: 'the-id' };
      const first = await jumping.send(ben, frame);
      jumped = ahead !== 0;
      if (first['type'] !== 'ack') expect(first).toMatchObject({ code: 'unavailable' });
      const second = await healthy.send(ben, frame);
      expect(second).toMatchObject({ type: 'ack' });
      expect(await jumping.send(ben, frame)).toEqual(second);
      const { events } = await healthy.store.recovery.eventsAfter(room, 1);
      expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
      expect(receivedSeqs(me)).toEqual(new Set([second['seq']]));
    }
    bench.matrix.add('clockJumps', 'asPromised');
  });

  it('between two Lambdas leaves one log and one effect', async () => {
    const { room, healthy, ben, me } = await bench.createScenario();
    const offsets = [-5, 0, 5].map((minutes) => minutes * minute);
    const lambdas = offsets.map((offset) =>
      bench.createHealthyServer({ now: () => Date.now() + offset }),
    );
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
    const { events } = await healthy.store.recovery.eventsAfter(room, 1);
    expect(events).toHaveLength(4);
    expect(receivedSeqs(me)).toEqual(new Set(events.map(({ seq }) => seq)));
    bench.matrix.add('clocksApart', 'asPromised');
  });

  it('a minute ahead charges connections for what they did not ask, until it is back', async () => {
    const { healthy, ben, room } = await bench.createScenario();
    const limits = { rate: 10, burst: 300 };
    const request = { action: 'members', room };
    const often = async (lambda: TestServer) => {
      for (let turn = 0; turn < 15; turn += 1) await lambda.send(ben, request);
      return lambda.send(ben, request);
    };
    await often(new TestServer(bench.table, { ...limits, now: () => Date.now() + minute }));
    const exact = new TestServer(bench.table, limits);
    expect(await often(exact)).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(await healthy.send(ben, request)).toMatchObject({ type: 'ack' });
    bench.matrix.add('clockAhead', 'limitTooStrict');
  });
});

testConclusions(() => bench);
