import { randomUUID } from 'node:crypto';
import { defaultRoom } from '../../../schemas/fields.ts';
import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import type { User } from '../../../src/server/store/members.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeConnectionsApi } from '../../helpers/fakes/fake-connections-api.ts';
import { FaultProxy } from '../../helpers/fakes/fault-proxy.ts';
import { type Frame, TestServer, type TestServerOptions } from '../../helpers/test-server.ts';
import { describeCase, type FaultCase, isHanging, selectFault } from './fault-cases.ts';
import { FaultMatrix, watchUnhandled } from './fault-matrix.ts';
import { HttpTestServer } from './http-test-server.ts';

/** The durable requests. The author of the room's first message sends them about that message. */
export const durableRequests: [string, Frame][] = [
  ['sendmessage', { action: 'sendmessage', message: 'once', replyTo: 1 }],
  ['editmessage', { action: 'editmessage', seq: 1, message: 'once' }],
  ['deletemessage', { action: 'deletemessage', seq: 1 }],
  ['react', { action: 'react', seq: 1, emoji: '👍' }],
];

/** A room with two connections, and a third connection outside. */
export interface Scenario {
  readonly room: string;
  /** A server without faults. */
  readonly healthy: TestServer;
  /** Connection id of the user under test, who may be a member. */
  readonly me: string;
  /** Connection id of a member who has sent one message. */
  readonly ben: string;
  /** Connection id of a user in the default room alone, shared by all scenarios. */
  readonly outsider: string;
}

/**
 * Milliseconds that a server waits for one attempt of a call.
 * Only a fault that hangs needs a short timeout. On a busy machine it would end other calls too.
 */
const timeoutMs = { hanging: 800, answering: 10_000 };

/** The timeouts of the cases that are repeated alone, one after the other. */
const repeatedTimeoutsMs = [2_000, 8_000];

/** The table and the APIs that the tests of a file share, and the outcomes that they record. */
export class FaultBench {
  readonly table: TestTable;
  readonly connectionsApi: FakeConnectionsApi;
  readonly matrix = new FaultMatrix();
  /** Operations that the failing servers have sent to DynamoDB. */
  readonly calledOperations = new Set<string>();
  /** Errors that no code has caught. */
  readonly unhandled = watchUnhandled();
  #scenarioCount = 0;
  #outsider: Promise<string> | undefined;

  private constructor(table: TestTable, connectionsApi: FakeConnectionsApi) {
    this.table = table;
    this.connectionsApi = connectionsApi;
  }

  static async open(): Promise<FaultBench> {
    return new FaultBench(await openTestTable(), await FakeConnectionsApi.start());
  }

  async close(): Promise<void> {
    this.unhandled.stop();
    await this.connectionsApi.close();
    await this.table.close();
  }

  /** Creates a server whose deliveries arrive. It uses the working table by default. */
  createHealthyServer(options: TestServerOptions = {}, table = this.table): TestServer {
    return new TestServer(table, {
      outcome: (connectionId, frame) => {
        this.connectionsApi.framesFor(connectionId).push(frame);
        return 'delivered';
      },
      ...options,
    });
  }

  /** Creates a server behind a proxy of DynamoDB, which injects the fault of the case. */
  async createFailingServer(faultCase?: FaultCase) {
    const proxy = await FaultProxy.start(this.table.sdkConfig.endpoint);
    proxy.fault = ({ headers }, number) => {
      this.calledOperations.add(String(headers['x-amz-target']).replace(/^.*\./, ''));
      return faultCase && selectFault(faultCase, number);
    };
    const gateway = this.connectionsApi.url;
    const server = new HttpTestServer({
      table: this.table,
      database: proxy.url,
      gateway,
      timeoutMs:
        faultCase && isHanging(faultCase)
          ? (faultCase.timeoutMs ?? timeoutMs.hanging)
          : timeoutMs.answering,
    });
    return { proxy, server };
  }

  /** Creates a room in which Ben has sent a message. */
  async createScenario(joined = true): Promise<Scenario> {
    this.#scenarioCount += 1;
    const room = `room-${this.#scenarioCount}`;
    const healthy = this.createHealthyServer();
    this.#outsider ??= healthy.connect({ name: 'outsider' });
    const author: User = { userId: `ben of ${room}`, name: 'ben' };
    const [me, ben, outsider] = await Promise.all([
      openConnection(healthy, { userId: `me of ${room}`, name: 'me' }, joined ? [room] : []),
      openConnection(healthy, author, [room]),
      this.#outsider,
    ]);
    const message = { type: 'message', id: 'before', message: 'before' } as const;
    await healthy.store.eventLog.append(room, author, message);
    return { room, healthy, me, ben, outsider };
  }

  /** Returns how many times a connection receives the next message of the room. */
  async countReceived({ healthy, ben, room }: Scenario, connectionId: string): Promise<number> {
    this.connectionsApi.framesFor(connectionId).length = 0;
    await healthy.send(ben, { action: 'sendmessage', room, message: 'after' });
    // On a busy machine, another invocation may make the delivery.
    await healthy.waitForChunks();
    const frames = this.connectionsApi.framesFor(connectionId);
    return frames.filter(({ type }) => type === 'message').length;
  }

  /**
   * Lets Ben send a message to both of his rooms, a minute later.
   * API Gateway answers 410 for the connection that has ended.
   */
  async deliverToEnded({ room, ben }: Scenario, endedId: string): Promise<void> {
    const later = new TestServer(this.table, {
      now: () => Date.now() + 60_000,
      outcome: (id) => (id === endedId ? 'gone' : 'delivered'),
    });
    await later.send(ben, { action: 'sendmessage', room, message: 'anybody?' });
    await later.send(ben, { action: 'sendmessage', message: 'anybody?' });
  }
}

/** Stores a connection that has joined these rooms. Requests would take twice as many calls. */
async function openConnection(
  { store }: TestServer,
  user: User,
  rooms: readonly string[],
): Promise<string> {
  const initialRooms = new Set([defaultRoom]);
  const connectionId = `${randomUUID()}=`;
  const connection = { ...user, connectionId, connectedAt: Date.now(), rooms: initialRooms };
  await store.connections.add(connection);
  for (const room of rooms) await store.connections.join(connection, room);
  return connectionId;
}

/**
 * Runs each case, several at a time. `runCase` returns whether the proxy injected the fault.
 * With a short timeout, a busy machine may end a call before the one that should hang. Such a case is
 * repeated alone, with more time.
 */
export async function runFaultCases(
  cases: readonly FaultCase[],
  runCase: (faultCase: FaultCase) => Promise<boolean>,
): Promise<void> {
  const uninjected: FaultCase[] = [];
  const run = async (faultCase: FaultCase) => {
    if (!(await runCase(faultCase))) uninjected.push(faultCase);
  };
  await forEachConcurrent(cases.values(), 16, run);
  for (const repeatedTimeoutMs of repeatedTimeoutsMs) {
    const repeated = uninjected.splice(0);
    expect(repeated.filter((faultCase) => !isHanging(faultCase)).map(describeCase)).toEqual([]);
    for (const faultCase of repeated) await run({ ...faultCase, timeoutMs: repeatedTimeoutMs });
  }
  expect(uninjected.map(describeCase)).toEqual([]);
}

/** Defines the last tests of a file, which check what its other tests have recorded. */
export function testFaultMatrix(getBench: () => FaultBench): void {
  describe('FaultMatrix', () => {
    it('records no error that is not caught', () => {
      expect(getBench().unhandled.seen).toEqual([]);
    });

    it('contains exactly the documented outcomes', () => {
      expect(getBench().matrix.findDifferences()).toEqual([]);
    });
  });
}
