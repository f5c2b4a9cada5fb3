import { randomUUID } from 'node:crypto';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { User } from '../../../src/server/store/members.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeConnectionsApi } from '../../helpers/fakes/fake-connections-api.ts';
import { FaultProxy } from '../../helpers/fakes/fault-proxy.ts';
import { type Frame, TestServer, type TestServerOptions } from '../../helpers/test-server.ts';
import { describeCase, type FaultCase, isHanging, selectFault } from './engine.ts';
import { FaultMatrix, watchUnhandled } from './fault-matrix.ts';
import { HttpTestServer } from './lambda.ts';

/** The durable requests, each about the room's first message, by its author. */
export const durableRequests: [string, Frame][] = [
  ['a send', { action: 'sendmessage', message: 'once', replyTo: 1 }],
  ['an edit', { action: 'editmessage', seq: 1, message: 'once' }],
  ['a delete', { action: 'deletemessage', seq: 1 }],
  ['a reaction', { action: 'react', seq: 1, emoji: '👍' }],
];

/** A room with Ben in it, and somebody who may be in it as well. */
export interface Scenario {
  readonly room: string;
  /** A Lambda that works. */
  readonly healthy: TestServer;
  readonly me: string;
  readonly ben: string;
  /** Somebody who is in no room but the default one, the same in all scenes. */
  readonly outsider: string;
}

/**
 * Milliseconds that a Lambda waits for one try of a call: few where the engine hangs, else so many that a
 * busy machine cuts nothing short.
 */
const timeoutMs = { hanging: 800, answering: 10_000 };

/** What a file's tests stand on: a table and a gateway that work, and what was found out on them. */
export class FaultBench {
  readonly table: TestTable;
  readonly connectionsApi: FakeConnectionsApi;
  readonly matrix = new FaultMatrix();
  /** The calls that a failing engine was asked for. */
  readonly calledOperations = new Set<string>();
  /** What nobody has caught. */
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

  /** A Lambda whose table works, unless it is given another, and whose posts arrive. */
  createHealthyServer(options: TestServerOptions = {}, table = this.table): TestServer {
    return new TestServer(table, {
      outcome: (connectionId, frame) => {
        this.connectionsApi.framesFor(connectionId).push(frame);
        return 'delivered';
      },
      ...options,
    });
  }

  /** A Lambda whose engine fails at one call, or from that call on. */
  async createFailingServer(faultCase?: FaultCase) {
    const proxy = await FaultProxy.start(this.table.sdkConfig.endpoint);
    proxy.fault = ({ headers }, number) => {
      this.calledOperations.add(String(headers['x-amz-target']).replace(/^.*\./, ''));
      return faultCase && selectFault(faultCase, number);
    };
    const gateway = this.connectionsApi.url;
    const lambda = new HttpTestServer({
      table: this.table,
      database: proxy.url,
      gateway,
      timeoutMs: faultCase && isHanging(faultCase) ? timeoutMs.hanging : timeoutMs.answering,
    });
    return { between: proxy, lambda };
  }

  /** A room in which Ben has said something. */
  async createScenario(joined = true): Promise<Scenario> {
    this.#scenarioCount += 1;
    const room = `room-${this.#scenarioCount}`;
    const healthy = this.createHealthyServer();
    this.#outsider ??= healthy.connect({ name: 'outsider' });
    const author = { userId: `ben of ${room}`, name: 'ben' };
    const [me, ben, outsider] = await Promise.all([
      openConnection(healthy, { userId: `me of ${room}`, name: 'me' }, joined ? [room] : []),
      openConnection(healthy, author, [room]),
      this.#outsider,
    ]);
    const said = { type: 'message', id: 'before', message: 'before' } as const;
    await healthy.store.eventLog.append(room, author, said);
    return { room, healthy, me, ben, outsider };
  }

  /** How often somebody hears what is said in the room next. */
  async countReceived({ healthy, ben, room }: Scenario, id: string): Promise<number> {
    this.connectionsApi.framesFor(id).length = 0;
    await healthy.send(ben, { action: 'sendmessage', room, message: 'after' });
    return this.connectionsApi.framesFor(id).filter(({ type }) => type === 'message').length;
  }

  /** A minute later, Ben speaks in both of his rooms, and the gateway answers 410 for one who has ended. */
  async deliverToEnded({ room, ben }: Scenario, ended: string): Promise<void> {
    const later = new TestServer(this.table, {
      now: () => Date.now() + 60_000,
      outcome: (id) => (id === ended ? 'gone' : 'delivered'),
    });
    await later.send(ben, { action: 'sendmessage', room, message: 'anybody?' });
    await later.send(ben, { action: 'sendmessage', message: 'anybody?' });
  }
}

/** Opens a connection that is in these rooms as if it had asked for them; to ask would take twice the calls. */
async function openConnection(
  { store }: TestServer,
  person: User,
  rooms: readonly string[],
): Promise<string> {
  const lobby = new Set([defaultRoom]);
  const connectionId = `${randomUUID()}=`;
  const connection = { ...person, connectionId, connectedAt: Date.now(), rooms: lobby };
  await store.connections.add(connection);
  for (const room of rooms) await store.connections.join(connection, room);
  return connectionId;
}

/**
 * Holds the cases to having happened, but for these. Only where the engine hangs may a busy machine have cut
 * an earlier call short, and seldom.
 */
export function expectFaultsInjected(
  cases: readonly FaultCase[],
  uninjected: readonly FaultCase[],
): void {
  expect(uninjected.filter((faultCase) => !isHanging(faultCase)).map(describeCase)).toEqual([]);
  expect(uninjected.length).toBeLessThan(cases.filter(isHanging).length / 4);
}

/** What a file's tests have come to, once all of them have run. */
export function testConclusions(getBench: () => FaultBench): void {
  describe('all of it', () => {
    it('leaves no failure that nobody handles', () => {
      expect(getBench().unhandled.seen).toEqual([]);
    });

    it('comes to the documented outcomes', () => {
      expect(getBench().matrix.findDifferences()).toEqual([]);
    });
  });
}
