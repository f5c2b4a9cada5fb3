import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { viewOf } from '../../helpers/fakes/fake-connections-api.ts';
import { valid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { type Case, casesOf, hintOf, leaks } from './engine.ts';
import { conclude, durable, expectMade, Ground } from './fault-bench.ts';

jest.setTimeout(180_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

let rooms = 0;

/** A healthy Lambda, and people who are in many rooms, and one who is in none. */
async function people(count: number) {
  rooms += count;
  const names = Array.from({ length: count }, (_, index) => `faulty-${rooms - index}`);
  const calm = ground.calm();
  const open = async (userId: string, number: number, within: readonly string[]) => {
    const connectionId = `${names[0]}-${userId}-${number}=`;
    const rooms = new Set(['lobby', ...within]);
    const connection = { connectionId, userId, name: userId, connectedAt: Date.now(), rooms };
    await calm.store.connections.add(connection);
    return connectionId;
  };
  const [me, again] = [await open('me', 1, names), await open('me', 2, names)];
  const [ben, outsider] = [await open('ben', 1, names), await open('outsider', 1, [])];
  return { names, calm, me, again, ben, outsider };
}

type People = Awaited<ReturnType<typeof people>>;

/** Makes the request while the engine fails, again when it works, and holds all to the promises. */
async function live({ calm, me, again, ben }: People, room: string, request: Frame, one?: Case) {
  const author = { userId: 'me', name: 'me' };
  await calm.store.eventLog.append(room, author, {
    type: 'message',
    id: 'first',
    message: 'hello',
  });
  const { between, lambda } = await ground.failing(one);
  const frame = { ...request, room, id: 'the-id' };
  const first = valid(await lambda.send(me, frame));
  await between.close();

  const second = await calm.send(again, frame);
  expect(second).toMatchObject({ type: 'ack' });
  expect(await calm.send(me, frame)).toEqual(second);
  const { events } = await calm.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const told = ground.switchboard.got(ben).filter((frame) => frame['room'] === room);
  expect(viewOf(told)).toEqual(events);
  const history = await calm.send(ben, { action: 'history', room });
  expect(history['messages'].map(({ message }: Frame) => message)).toEqual(
    { sendmessage: ['hello', 'once'], editmessage: ['once'], deletemessage: [''] }[
      String(request['action'])
    ] ?? ['hello'],
  );
  return { first, second, calls: between.calls, hit: between.hit };
}

const promised = 'acked or `unavailable`; sent again: one effect, the same ack, all are told';

/** Runs every case of a request; returns what came of each. */
async function runAll(request: Frame): Promise<void> {
  const trial = await people(1);
  const { calls } = await live(trial, trial.names[0] ?? '', request);
  // The connection, a number, a claim, the event, the members, and what each is about.
  expect(calls).toBeGreaterThan(5);
  const cases = casesOf(calls);
  const all = await people(cases.length);
  const rest = all.names.values();
  const unmade: Case[] = [];
  await forEachConcurrent(cases.values(), 16, async (one) => {
    const { first, second, hit } = await live(all, rest.next().value ?? '', request, one);
    const hint = hintOf(one);
    if (hit === 0) unmade.push(one);
    if (leaks(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
    if (first['type'] === 'ack') expect({ hint, ...first }).toEqual({ hint, ...second });
    else expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable', retryable: true });
    // Whether a failure that is over at once shows depends on how fast this machine tries again.
    const seen = one.lasts ? `for long: ${first['code']}, then acked` : 'once: acked, or the same';
    ground.findings.add(`${one.group}, at a durable request`, promised, seen);
  });
  expectMade(cases, unmade);
  expect(ground.switchboard.got(all.outsider)).toEqual([]);
}

describe('while the engine fails at any of its calls', () => {
  it.concurrent.each(durable)(
    '%s is answered, and takes effect once in the end',
    async (_name, request) => {
      await runAll(request);
    },
  );
});

conclude(() => ground);
