import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Authenticator } from '../../src/server/auth/authenticator.ts';
import { createGuestAuthenticator } from '../../src/server/auth/guest.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import type { GatewayEvent, GatewayResult } from '../../src/server/gateway-event.ts';
import { createHandler } from '../../src/server/handler.ts';
import { createPageLoader } from '../../src/server/http/page-loader.ts';
import { createServices, type ServicesOptions } from '../../src/server/services.ts';
import type { Limits } from '../../src/server/store/connections.ts';
import { createStore, type Store, type StoreOptions } from '../../src/server/store/index.ts';
import type { TestTable } from './database.ts';
import { FakeDelivery, type FakeDeliveryOptions } from './fakes/fake-delivery.ts';
import type { Frame } from './frame.ts';

export type { Frame } from './frame.ts';

/** Options of a server under test. Each limit defaults to more than a test needs. */
export interface TestServerOptions
  extends FakeDeliveryOptions,
    Partial<Omit<StoreOptions, 'limits'>> {
  /** Authenticates clients. @default guests */
  readonly authenticator?: Authenticator;
  /** The page's way to ask for an identity: `none` or `jwt`. @default none */
  readonly authMode?: string;
  /** The origins that may connect. @default all */
  readonly origins?: string;
  /** Requests per second of each connection. */
  readonly rate?: number;
  /** Requests at once of each connection. */
  readonly burst?: number;
  readonly limits?: Partial<Limits>;
  /** Replaces the pauses between looks at a message that is being deleted. @default no pause */
  readonly pause?: (ms: number) => Promise<void>;
  /** The most members of a room that announces who joins and leaves. @default 100 */
  readonly presenceLimit?: number;
  /** The most recipients that one invocation delivers to. @default 500 */
  readonly fanoutThreshold?: number;
  /** Real clients in place of the fake delivery. */
  readonly delivery?: Partial<
    Pick<ServicesOptions, 'postToConnection' | 'enqueueChunk' | 'deleteConnection'>
  >;
}

const unlimited: Limits = {
  connectionsPerUser: 1_000_000,
  roomsPerConnection: 1_000_000,
  connectionsPerRoom: 1_000_000,
};

/** The whole Lambda on a real table, with a fake delivery. */
export class TestServer extends FakeDelivery {
  readonly store: Store;
  /** The connections that the server closed, oldest first. */
  readonly deletedConnections: string[] = [];
  /** The lines that the Lambda logged. */
  readonly logLines: Frame[] = [];
  readonly #handler: ReturnType<typeof createHandler>;

  constructor(table: TestTable, options: TestServerOptions = {}) {
    super(options);
    const { now = Date.now, presenceLimit = 100, fanoutThreshold = 500 } = options;
    const limits = { ...unlimited, ...options.limits };
    this.store = createStore({ ...table, retentionDays: 90, ...options, limits, now });
    const services = createServices({
      authenticator: createGuestAuthenticator(this.store.pepper),
      authMode: 'none',
      origins: '*',
      rate: 1_000_000,
      burst: 1_000_000,
      webSocketUrl: 'wss://chat.example/dev',
      loadPage: createPageLoader(undefined),
      pause: async () => {},
      writeLog: (line) => this.logLines.push(JSON.parse(JSON.stringify(line))),
      ...options,
      store: this.store,
      postToConnection: (...post) => this.postToConnection(...post),
      enqueueChunk: (text) => this.enqueueChunk(text),
      deleteConnection: async (connectionId) => void this.deletedConnections.push(connectionId),
      ...options.delivery,
      now,
      presenceLimit,
      fanoutThreshold,
      onFailure: (...failure) => this.failures.push(failure),
    });
    this.#handler = createHandler(services);
  }

  /** Invokes the Lambda with an event of the gateway. `remainingMs` is the time that it has. */
  async invoke(event: GatewayEvent, remainingMs?: number): Promise<GatewayResult> {
    return (await this.#handle(event, remainingMs)) as GatewayResult;
  }

  /** Invokes the Lambda with a chunk, as its queue does. */
  override async deliverChunk(chunk: Chunk, remainingMs?: number): Promise<void> {
    await this.#handle(chunk, remainingMs);
  }

  #handle(event: GatewayEvent | Chunk, remainingMs = 28_000): Promise<unknown> {
    const end = performance.now() + remainingMs;
    const getRemainingTimeInMillis = () => Math.max(0, end - performance.now());
    const context = { awsRequestId: 'request-1', functionName: 'chat', getRemainingTimeInMillis };
    return this.#handler(event, context as unknown as Context);
  }

  /** Opens a connection and returns its id. Throws the status if the server rejects it. */
  async connect(query: Record<string, string> = {}, event: Partial<GatewayEvent> = {}) {
    const connectionId = `${randomUUID()}=`;
    const status = await this.tryConnect({ queryStringParameters: query, ...event }, connectionId);
    if (status !== 200) throw new Error(`$connect failed with ${status}`);
    return connectionId;
  }

  /** Tries to open a connection and returns the status. */
  async tryConnect(event: Partial<GatewayEvent>, connectionId = 'tried='): Promise<number> {
    const connect = createGatewayEvent('CONNECT', '$connect', connectionId);
    return (await this.invoke({ ...connect, ...event })).statusCode;
  }

  /** Ends a connection, as the gateway reports it. */
  disconnect(connectionId: string): Promise<GatewayResult> {
    return this.invoke(createGatewayEvent('DISCONNECT', '$disconnect', connectionId));
  }

  /** Sends a frame and returns the reply. `remainingMs` is the time that the Lambda has. */
  async send(connectionId: string, frame: unknown, remainingMs?: number): Promise<Frame> {
    const body =
      typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
    const routeKey = toRouteKey(body);
    const event = { ...createGatewayEvent('MESSAGE', routeKey, connectionId), body };
    const reply = await this.invoke(event, remainingMs);
    expect(reply.statusCode).toBe(200);
    return JSON.parse(reply.body ?? '');
  }
}

/** Returns the route that the gateway selects: the body's action, or `$default` without an action. */
function toRouteKey(body: unknown): string {
  try {
    const { action } = JSON.parse(String(body)) ?? {};
    return typeof action === 'string' ? action : '$default';
  } catch {
    return '$default';
  }
}

/** Creates an event as API Gateway sends it, with the fields that the server reads. */
export function createGatewayEvent(
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
  routeKey: string,
  connectionId: string,
): GatewayEvent {
  return {
    requestContext: {
      routeKey,
      eventType,
      connectionId,
      connectedAt: Date.UTC(2026, 0, 1),
      requestId: 'gateway-1',
      identity: { sourceIp: '192.0.2.1', userAgent: 'test' },
    },
    isBase64Encoded: false,
  };
}
