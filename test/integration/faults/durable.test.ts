import { deduplicateBySeq } from '../../helpers/fakes/fake-connections-api.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { durableRequests, FaultBench, runFaultCases, testFaultMatrix } from './fault-bench.ts';
import { createFaultCases, describeCase, type FaultCase, leaksInternals } from './fault-cases.ts';

jest.setTimeout(400_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

let roomCount = 0;

/** Stores two connections of an author and one of a reader, all in the same rooms, and an outsider. */
async function connectUsers(count: number) {
  roomCount += count;
  const rooms = Array.from({ length: count }, (_, index) => `faulty-${roomCount - index}`);
  const healthy = bench.createHealthyServer();
  const open = async (userId: string, number: number, joinedRooms: readonly string[]) => {
    const connectionId = `${rooms[0]}-${userId}-${number}=`;
    await healthy.store.connections.add({
      connectionId,
      userId,
      name: userId,
      connectedAt: Date.now(),
      rooms: new Set(['lobby', ...joinedRooms]),
    });
    return connectionId;
  };
  return {
    rooms,
    healthy,
    author: await open('me', 1, rooms),
    authorAgain: await open('me', 2, rooms),
    reader: await open('ben', 1, rooms),
    outsider: await open('outsider', 1, []),
  };
}

type Users = Awaited<ReturnType<typeof connectUsers>>;

/** Texts of the room after each request that changes a message. */
const expectedTexts: Readonly<Record<string, string[]>> = {
  sendmessage: ['hello', 'once'],
  editmessage: ['once'],
  deletemessage: [''],
};

/** Sends the request while DynamoDB fails, retries it when it works, and checks all guarantees. */
async function runCase(users: Users, room: string, request: Frame, faultCase?: FaultCase) {
  const { healthy, author, authorAgain, reader } = users;
  await healthy.store.eventLog.append(
    room,
    { userId: 'me', name: 'me' },
    { type: 'message', id: 'first', message: 'hello' },
  );
  const { proxy, server } = await bench.createFailingServer(faultCase);
  const frame = { ...request, room, id: 'the-id' };
  const first = assertValid(await server.send(author, frame));
  await proxy.close();

  const second = await healthy.send(authorAgain, frame);
  expect(second).toMatchObject({ type: 'ack' });
  expect(await healthy.send(author, frame)).toEqual(second);
  const { events } = await healthy.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const received = bench.connectionsApi
    .framesFor(reader)
    .filter((received) => received['room'] === room);
  expect(deduplicateBySeq(received)).toEqual(events);
  const history = await healthy.send(reader, { action: 'history', room });
  expect(history['messages'].map(({ message }: Frame) => message)).toEqual(
    expectedTexts[String(request['action'])] ?? ['hello'],
  );
  return { first, second, calls: proxy.callCount, faultCount: proxy.faultCount };
}

/** Returns the id of the outcome of a lasting fault. An undocumented one fails the matrix. */
const toLastingOutcome = ({ code }: Frame) =>
  code === 'unavailable' ? 'lastingUnavailable' : `lasting ${code}`;

/** Runs every fault case of a request, and records the outcomes. */
async function runAllCases(request: Frame): Promise<void> {
  const trial = await connectUsers(1);
  const { calls } = await runCase(trial, trial.rooms[0] ?? '', request);
  // Connection, seq, claim, event, members, and the rows of the request itself.
  expect(calls).toBeGreaterThan(5);
  const cases = createFaultCases(calls);
  const users = await connectUsers(cases.length);
  const rooms = users.rooms.values();
  await runFaultCases(cases, async (faultCase) => {
    const { value: room } = rooms.next();
    // A case that is repeated has a room and users of its own.
    const group = room === undefined ? await connectUsers(1) : users;
    const ownRoom = room ?? group.rooms[0] ?? '';
    const { first, second, faultCount } = await runCase(group, ownRoom, request, faultCase);
    const hint = describeCase(faultCase);
    if (leaksInternals(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
    if (first['type'] === 'ack') expect({ hint, ...first }).toEqual({ hint, ...second });
    else expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable', retryable: true });
    // How fast this machine retries decides whether the client sees a fault of one call.
    const outcome = faultCase.persists ? toLastingOutcome(first) : 'singleAckedOrUnavailable';
    bench.matrix.add(faultCase.faultId, outcome);
    return faultCount > 0;
  });
  expect(bench.connectionsApi.framesFor(users.outsider)).toEqual([]);
}

describe('a durable request while DynamoDB fails at any of its calls', () => {
  it.concurrent.each(durableRequests)(
    'gets a reply, and takes effect once in the end: %s',
    async (_action, request) => {
      await runAllCases(request);
    },
  );
});

testFaultMatrix(() => bench);
