import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import { deduplicateBySeq, FakeConnectionsApi } from '../../helpers/fakes/fake-connections-api.ts';
import {
  type Fault,
  FaultProxy,
  garbleResponse,
  loseResponse,
  neverRespond,
  resetConnection,
  respondWith,
  stallResponse,
  truncateResponse,
} from '../../helpers/fakes/fault-proxy.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import { TestServer } from '../../helpers/test-server.ts';
import { FaultBench, testFaultMatrix } from './fault-bench.ts';
import { leaksInternals } from './fault-cases.ts';
import { HttpTestServer } from './http-test-server.ts';

jest.setTimeout(120_000);

let bench: FaultBench;
const openServers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(async () => {
  await Promise.all(openServers.map((server) => server.close()));
  await bench.close();
});

/** Responds with an error as API Gateway and Lambda do. */
const respondsError = (status: number, name = '', headers: Record<string, string> = {}): Fault =>
  respondWith(status, `{"message":"inner text of ${name}"}`, {
    'x-amzn-errortype': name,
    ...headers,
  });

/** Faults of `@connections` for one recipient, and whether that recipient still gets the event. */
const connectionsFaults: [string, Fault, 'missed' | 'got'][] = [
  ['answers 410', respondsError(410, 'GoneException'), 'missed'],
  ['answers 429', respondsError(429, 'LimitExceededException'), 'missed'],
  ['answers 429 with Retry-After', respondsError(429, '', { 'retry-after': '60' }), 'missed'],
  ['answers 403', respondsError(403, 'ForbiddenException'), 'missed'],
  ['answers 413', respondsError(413, 'PayloadTooLargeException'), 'missed'],
  ['answers 400', respondsError(400, 'BadRequestException'), 'missed'],
  ['answers 500', respondsError(500, 'InternalServerError'), 'missed'],
  ['never answers', neverRespond, 'missed'],
  ['drops the connection', resetConnection, 'missed'],
  ['delivers and drops the connection', loseResponse, 'got'],
  ['delivers and never answers', stallResponse, 'got'],
  ['delivers and truncates its answer', truncateResponse, 'got'],
  ['delivers and answers something that is not JSON', garbleResponse, 'got'],
];

/** Ids of the fault and of its outcome, by whether the recipient gets the event. */
const documentedFaults = {
  missed: ['connectionsApiFails', 'recipientRecovers'],
  got: ['connectionsApiResponseLost', 'recipientReached'],
} as const;

let roomCount = 0;

/** Creates a room of a sender and three recipients, on a server with APIs of its own, which may fail. */
async function createRoom(options: { fanoutThreshold?: number; ageMs?: number } = {}) {
  roomCount += 1;
  const room = `deliveries-${roomCount}`;
  const { ageMs = 0, ...serverOptions } = options;
  const { table } = bench;
  const connectionsApi = await FakeConnectionsApi.start();
  const proxy = await FaultProxy.start(connectionsApi.url);
  openServers.push(proxy, connectionsApi);
  const healthy = new TestServer(table, { now: () => Date.now() - ageMs });
  const server = new HttpTestServer({ table, gateway: proxy.url, timeoutMs: 900 }, serverOptions);
  connectionsApi.runChunk = (chunk: Chunk) => server.deliverChunk(chunk);
  const ids = await Promise.all(Array.from({ length: 4 }, () => healthy.connect()));
  const [sender = '', victim = '', ...others] = ids;
  const outsider = await healthy.connect();
  for (const id of ids) await healthy.send(id, { action: 'joinroom', room });
  const frame = { action: 'sendmessage', room, message: 'hello', id: 'a1' };
  return { room, frame, healthy, server, proxy, connectionsApi, sender, victim, others, outsider };
}

describe('a broadcast while `@connections` fails for one recipient', () => {
  it.concurrent.each(connectionsFaults)(
    'is acked and reaches the others when it %s',
    async (_name, fault, outcome) => {
      const { room, frame, server, proxy, connectionsApi, ...ids } = await createRoom();
      const { sender, victim, others, outsider } = ids;
      proxy.fault = ({ path }) => (path.includes(encodeURIComponent(victim)) ? fault : undefined);
      const ack = assertValid(await server.send(sender, frame));
      expect(ack).toMatchObject({ type: 'ack' });
      expect(leaksInternals(ack)).toBe(false);
      const framesFor = (connectionId: string) => connectionsApi.framesFor(connectionId);
      for (const id of others) expect(framesFor(id)).toMatchObject([{ seq: ack['seq'] }]);
      expect(deduplicateBySeq(framesFor(victim))).toHaveLength(outcome === 'got' ? 1 : 0);
      proxy.fault = () => undefined;
      const { events } = await server.send(victim, { action: 'joinroom', room, after: 0 });
      expect(events).toMatchObject([{ seq: ack['seq'], message: 'hello' }]);
      expect(await server.send(sender, frame)).toEqual(ack);
      for (const id of [...others, victim]) expect(deduplicateBySeq(framesFor(id))).toHaveLength(1);
      expect(framesFor(outsider)).toEqual([]);
      const [faultId, outcomeId] = documentedFaults[outcome];
      bench.matrix.add(faultId, outcomeId);
    },
  );

  it('ends a connection that answers 410 and is older than any handshake', async () => {
    const { frame, healthy, server, proxy, sender, victim } = await createRoom({ ageMs: 60_000 });
    proxy.fault = ({ path }) =>
      path.includes(encodeURIComponent(victim)) ? respondsError(410, 'GoneException') : undefined;
    expect(await server.send(sender, frame)).toMatchObject({ type: 'ack' });
    expect(await healthy.send(victim, frame)).toMatchObject({ code: 'unauthenticated' });
    bench.matrix.add('disconnectMissing', 'asPromised');
  });
});

/** Faults of the Lambda API when a chunk is enqueued. */
const enqueueFaults: [string, Fault][] = [
  ['throttles', respondsError(429, 'TooManyRequestsException')],
  ['answers 500', respondsError(500, 'ServiceException')],
  ['never answers', neverRespond],
  ['drops the connection', resetConnection],
  ['accepts the chunk and drops the connection', loseResponse],
  ['accepts the chunk and never answers', stallResponse],
];

describe('a broadcast while no chunk can be enqueued', () => {
  it.concurrent.each(enqueueFaults)(
    'is acked and reaches all members when the Lambda API %s',
    async (_name, fault) => {
      const { frame, server, proxy, connectionsApi, ...ids } = await createRoom({
        fanoutThreshold: 2,
      });
      const { sender, victim, others, outsider } = ids;
      proxy.fault = ({ path }) => (path.startsWith('/2015-03-31/') ? fault : undefined);
      const before = proxy.faultCount;
      const ack = assertValid(await server.send(sender, frame));
      await connectionsApi.waitForChunks();
      expect(proxy.faultCount).toBeGreaterThan(before);
      expect(ack).toMatchObject({ type: 'ack' });
      const framesFor = (connectionId: string) => connectionsApi.framesFor(connectionId);
      for (const id of [...others, victim])
        expect(deduplicateBySeq(framesFor(id))).toMatchObject([{ seq: ack['seq'] }]);
      expect(framesFor(outsider)).toEqual([]);
      const isRepeated = Math.max(...others.map((id) => framesFor(id).length)) > 1;
      if (isRepeated) bench.matrix.add('lambdaApiResponseLost', 'deliveredSomeTwice');
      else bench.matrix.add('lambdaApiFails', 'deliveredOnce');
    },
  );
});

testFaultMatrix(() => bench);
