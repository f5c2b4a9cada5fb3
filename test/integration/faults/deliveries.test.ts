import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import { deduplicateBySeq, FakeConnectionsApi } from '../../helpers/fakes/fake-connections-api.ts';
import {
  type Fault,
  FaultProxy,
  garblesResponse,
  hangs,
  losesResponse,
  resets,
  responds,
  stallsResponse,
  truncatesResponse,
} from '../../helpers/fakes/fault-proxy.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import { TestServer } from '../../helpers/test-server.ts';
import { leaksInternals } from './engine.ts';
import { FaultBench, testConclusions } from './fault-bench.ts';
import { HttpTestServer } from './lambda.ts';

jest.setTimeout(120_000);

let bench: FaultBench;
const gateways: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await bench.close();
});

/** An error as API Gateway and Lambda answer it. */
const respondsError = (status: number, name = '', headers: Record<string, string> = {}): Fault =>
  responds(status, `{"message":"inner text of ${name}"}`, { 'x-amzn-errortype': name, ...headers });

/** What a gateway can do to one recipient, and what that one then makes of it. */
const faults: [string, Fault, 'missed' | 'got'][] = [
  ['@connections says 410', respondsError(410, 'GoneException'), 'missed'],
  ['@connections says 429', respondsError(429, 'LimitExceededException'), 'missed'],
  [
    '@connections says 429 with Retry-After',
    respondsError(429, '', { 'retry-after': '60' }),
    'missed',
  ],
  ['@connections says 403', respondsError(403, 'ForbiddenException'), 'missed'],
  ['@connections says 413', respondsError(413, 'PayloadTooLargeException'), 'missed'],
  ['@connections says 400', respondsError(400, 'BadRequestException'), 'missed'],
  ['@connections fails with 500', respondsError(500, 'InternalServerError'), 'missed'],
  ['@connections never answers', hangs, 'missed'],
  ['@connections breaks the connection', resets, 'missed'],
  ['@connections posts it, and breaks the connection', losesResponse, 'got'],
  ['@connections posts it, and never answers', stallsResponse, 'got'],
  ['@connections posts it, and its answer breaks off', truncatesResponse, 'got'],
  ['@connections posts it, and its answer is no JSON', garblesResponse, 'got'],
];

/** Ids of the fault and of its outcome, by what became of the recipient. */
const groups = {
  missed: ['connectionsApiFails', 'recipientRecovers'],
  got: ['connectionsApiResponseLost', 'recipientReached'],
} as const;

let rooms = 0;

/** A room of one who sends and three others, on a Lambda with a gateway of its own, which may fail. */
async function createRoom(options: { fanoutThreshold?: number; ageMs?: number } = {}) {
  rooms += 1;
  const room = `deliveries-${rooms}`;
  const { ageMs = 0, ...rest } = options;
  const { table } = bench;
  const connectionsApi = await FakeConnectionsApi.start();
  const proxy = await FaultProxy.start(connectionsApi.url);
  gateways.push(proxy, connectionsApi);
  const healthy = new TestServer(table, { now: () => Date.now() - ageMs });
  const lambda = new HttpTestServer({ table, gateway: proxy.url, timeoutMs: 900 }, rest);
  connectionsApi.runChunk = (chunk: Chunk) => lambda.deliverChunk(chunk);
  const ids = await Promise.all(Array.from({ length: 4 }, () => healthy.connect()));
  const [sender = '', victim = '', ...others] = ids;
  const outsider = await healthy.connect();
  for (const id of ids) await healthy.send(id, { action: 'joinroom', room });
  const got = (connectionId: string) => connectionsApi.framesFor(connectionId);
  const people = { sender, victim, others, outsider };
  return {
    room,
    calm: healthy,
    lambda,
    between: proxy,
    got,
    settled: () => connectionsApi.waitForChunks(),
    ...people,
  };
}

const createSend = (room: string) => ({ action: 'sendmessage', room, message: 'hello', id: 'a1' });

describe('while the gateway fails for one recipient', () => {
  it.concurrent.each(faults)(
    '%s: the sender is acked and the others told',
    async (_name, fault, made) => {
      const {
        room,
        lambda,
        between: proxy,
        got,
        sender,
        victim,
        others,
        outsider,
      } = await createRoom();
      proxy.fault = ({ path }) => (path.includes(encodeURIComponent(victim)) ? fault : undefined);
      const ack = assertValid(await lambda.send(sender, createSend(room)));
      expect(ack).toMatchObject({ type: 'ack' });
      expect(leaksInternals(ack)).toBe(false);
      for (const id of others) expect(got(id)).toMatchObject([{ seq: ack['seq'] }]);
      expect(deduplicateBySeq(got(victim))).toHaveLength(made === 'got' ? 1 : 0);
      proxy.fault = () => undefined;
      const { events } = await lambda.send(victim, { action: 'joinroom', room, after: 0 });
      expect(events).toMatchObject([{ seq: ack['seq'], message: 'hello' }]);
      expect(await lambda.send(sender, createSend(room))).toEqual(ack);
      for (const id of [...others, victim]) expect(deduplicateBySeq(got(id))).toHaveLength(1);
      expect(got(outsider)).toEqual([]);
      const [group, seen] = groups[made];
      bench.matrix.add(group, seen);
    },
  );

  it('a 410 ends a connection that is older than any handshake', async () => {
    const {
      room,
      lambda,
      between: proxy,
      sender,
      victim,
      calm: healthy,
    } = await createRoom({ ageMs: 60_000 });
    proxy.fault = ({ path }) =>
      path.includes(encodeURIComponent(victim)) ? respondsError(410, 'GoneException') : undefined;
    expect(await lambda.send(sender, createSend(room))).toMatchObject({ type: 'ack' });
    expect(await healthy.send(victim, createSend(room))).toMatchObject({ code: 'unauthenticated' });
    bench.matrix.add('disconnectMissing', 'asPromised');
  });
});

/** What Lambda can do with a chunk that is handed over. */
const enqueueFaults: [string, Fault][] = [
  ['Lambda throttles', respondsError(429, 'TooManyRequestsException')],
  ['Lambda fails with 500', respondsError(500, 'ServiceException')],
  ['Lambda never answers', hangs],
  ['Lambda breaks the connection', resets],
  ['Lambda takes it, and breaks the connection', losesResponse],
  ['Lambda takes it, and never answers', stallsResponse],
];

describe('while no other invocation takes over', () => {
  it.concurrent.each(enqueueFaults)(
    '%s: the sender is acked and all are told',
    async (_name, fault) => {
      const {
        room,
        lambda,
        between: proxy,
        got,
        settled,
        ...people
      } = await createRoom({ fanoutThreshold: 2 });
      const { sender, victim, others, outsider } = people;
      proxy.fault = ({ path }) => (path.startsWith('/2015-03-31/') ? fault : undefined);
      const before = proxy.faultCount;
      const ack = assertValid(await lambda.send(sender, createSend(room)));
      await settled();
      expect(proxy.faultCount).toBeGreaterThan(before);
      expect(ack).toMatchObject({ type: 'ack' });
      for (const id of [...others, victim])
        expect(deduplicateBySeq(got(id))).toMatchObject([{ seq: ack['seq'] }]);
      expect(got(outsider)).toEqual([]);
      const told = Math.max(...others.map((id) => got(id).length)) > 1;
      const seen = told ? 'deliveredSomeTwice' : 'deliveredOnce';
      const group = told ? 'lambdaApiResponseLost' : 'lambdaApiFails';
      bench.matrix.add(group, seen);
    },
  );
});

testConclusions(() => bench);
