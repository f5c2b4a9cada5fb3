import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { deduplicateBySeq } from '../../helpers/fakes/fake-connections-api.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { createFaultCases, describeCase, type FaultCase, leaksInternals } from './engine.ts';
import {
  durableRequests,
  expectFaultsInjected,
  FaultBench,
  testConclusions,
} from './fault-bench.ts';

jest.setTimeout(180_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

let rooms = 0;

/** A healthy Lambda, and people who are in many rooms, and one who is in none. */
async function connectPeople(count: number) {
  rooms += count;
  const names = Array.from({ length: count }, (_, index) => `faulty-${rooms - index}`);
  const healthy = bench.createHealthyServer();
  const open = async (userId: string, number: number, within: readonly string[]) => {
    const connectionId = `${names[0]}-${userId}-${number}=`;
    const rooms = new Set(['lobby', ...within]);
    const connection = { connectionId, userId, name: userId, connectedAt: Date.now(), rooms };
    await healthy.store.connections.add(connection);
    return connectionId;
  };
  const [me, again] = [await open('me', 1, names), await open('me', 2, names)];
  const [ben, outsider] = [await open('ben', 1, names), await open('outsider', 1, [])];
  return { names, calm: healthy, me, again, ben, outsider };
}

type People = Awaited<ReturnType<typeof connectPeople>>;

/** Makes the request while the engine fails, again when it works, and holds all to the promises. */
async function runCase(
  { calm: healthy, me, again, ben }: People,
  room: string,
  request: Frame,
  faultCase?: FaultCase,
) {
  const author = { userId: 'me', name: 'me' };
  await healthy.store.eventLog.append(room, author, {
    type: 'message',
    id: 'first',
    message: 'hello',
  });
  const { between: proxy, lambda } = await bench.createFailingServer(faultCase);
  const frame = { ...request, room, id: 'the-id' };
  const first = assertValid(await lambda.send(me, frame));
  await proxy.close();

  const second = await healthy.send(again, frame);
  expect(second).toMatchObject({ type: 'ack' });
  expect(await healthy.send(me, frame)).toEqual(second);
  const { events } = await healthy.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const told = bench.connectionsApi.framesFor(ben).filter((frame) => frame['room'] === room);
  expect(deduplicateBySeq(told)).toEqual(events);
  const history = await healthy.send(ben, { action: 'history', room });
  expect(history['messages'].map(({ message }: Frame) => message)).toEqual(
    { sendmessage: ['hello', 'once'], editmessage: ['once'], deletemessage: [''] }[
      String(request['action'])
    ] ?? ['hello'],
  );
  return { first, second, calls: proxy.callCount, hit: proxy.faultCount };
}

/** What a fault that lasts comes to: an id of the documented outcomes, or any other code. */
const toLastingOutcome = ({ code }: Frame) =>
  code === 'unavailable' ? 'lastingUnavailable' : `lasting ${code}`;

/** Runs every case of a request; returns what came of each. */
async function runAll(request: Frame): Promise<void> {
  const trial = await connectPeople(1);
  const { calls } = await runCase(trial, trial.names[0] ?? '', request);
  // The connection, a number, a claim, the event, the members, and what each is about.
  expect(calls).toBeGreaterThan(5);
  const cases = createFaultCases(calls);
  const all = await connectPeople(cases.length);
  const rest = all.names.values();
  const uninjected: FaultCase[] = [];
  await forEachConcurrent(cases.values(), 16, async (faultCase) => {
    const { first, second, hit } = await runCase(all, rest.next().value ?? '', request, faultCase);
    const hint = describeCase(faultCase);
    if (hit === 0) uninjected.push(faultCase);
    if (leaksInternals(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
    if (first['type'] === 'ack') expect({ hint, ...first }).toEqual({ hint, ...second });
    else expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable', retryable: true });
    // Whether a failure that is over at once shows depends on how fast this machine tries again.
    const outcome = faultCase.persists ? toLastingOutcome(first) : 'singleAckedOrUnavailable';
    bench.matrix.add(faultCase.group, outcome);
  });
  expectFaultsInjected(cases, uninjected);
  expect(bench.connectionsApi.framesFor(all.outsider)).toEqual([]);
}

describe('while the engine fails at any of its calls', () => {
  it.concurrent.each(durableRequests)(
    '%s is answered, and takes effect once in the end',
    async (_name, request) => {
      await runAll(request);
    },
  );
});

testConclusions(() => bench);
