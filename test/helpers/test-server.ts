import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import type { Authenticator } from '../../src/server/auth/authenticator.ts';
import { createGuestAuthenticator } from '../../src/server/auth/guest.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import type { EnqueueChunk } from '../../src/server/delivery/enqueue-chunk.ts';
import type {
  DeliveryOutcome,
  PostToConnection,
} from '../../src/server/delivery/post-to-connection.ts';
import type { GatewayEvent, GatewayResult } from '../../src/server/gateway-event.ts';
import { createHandler } from '../../src/server/handler.ts';
import { createPageLoader } from '../../src/server/http/page-loader.ts';
import { createServices, type ServicesOptions } from '../../src/server/services.ts';
import type { Limits } from '../../src/server/store/connections.ts';
import { createStore, type Store, type StoreOptions } from '../../src/server/store/index.ts';
import type { TestTable } from './database.ts';
import { failOnDeadline } from './fakes/faulty-dynamo.ts';

/** A frame as a client reads it. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks at frames as a client would, untyped
export type Frame = Record<string, any>;

/** How a test's gateway and stage differ from plain ones. */
export interface TestServerOptions extends Partial<Omit<StoreOptions, 'limits'>> {
  /** How people show who they are; default not at all. */
  readonly authenticator?: Authenticator;
  /** What the page asks people for: `none`, which is the default, or `jwt`. */
  readonly authMode?: string;
  /** Origins that may connect; default all. */
  readonly origins?: string;
  /** Requests a second and at once, of each connection; default more than any test makes. */
  readonly rate?: number;
  readonly burst?: number;
  /** How many of what may be; default more than any test needs. */
  readonly limits?: Partial<Limits>;
  /** Rooms of up to so many people are told who comes and goes; default 100. */
  readonly presenceLimit?: number;
  /** So many recipients one invocation delivers to; default 500. */
  readonly fanoutThreshold?: number;
  /** What a post to a connection comes to; default `delivered`. It need not heed any deadline. */
  readonly outcome?: (
    connectionId: string,
    frame: Frame,
  ) => DeliveryOutcome | Promise<DeliveryOutcome>;
  /** What Lambda does with a chunk that is handed over; default `run`. */
  readonly queue?: (chunk: Chunk) => QueueBehavior | Promise<QueueBehavior>;
  /** What stands in place of its gateway, its queue and its hanging up; default what is described here. */
  readonly delivery?: Partial<
    Pick<ServicesOptions, 'postToConnection' | 'enqueueChunk' | 'deleteConnection'>
  >;
}

const unlimited: Limits = {
  connectionsPerUser: 1_000_000,
  roomsPerConnection: 1_000_000,
  connectionsPerRoom: 1_000_000,
};

/** A chunk is run, as soon as what runs now waits; run twice; lost; or not taken. */
export type QueueBehavior = 'run' | 'twice' | 'lost' | 'refused';

/** The whole Lambda on a real table, with a gateway that writes down what is posted. */
export class TestServer {
  readonly store: Store;
  /** What each connection was pushed. */
  readonly pushed = new Map<string, Frame[]>();
  /** The chunks that were handed over and taken, oldest first. */
  readonly chunks: Chunk[] = [];
  /** Those that failed for good. */
  readonly deadLetters: Chunk[] = [];
  /** Connections that were hung up on, oldest first. */
  readonly deletedConnections: string[] = [];
  /** Recipients that could not be reached, or not be removed, and why. */
  readonly failures: [connectionId: string, cause: unknown][] = [];
  /** What the Lambda logged, line by line. */
  readonly logLines: Frame[] = [];
  readonly #handler: ReturnType<typeof createHandler>;
  readonly #running = new Set<Promise<void>>();

  constructor(table: TestTable, options: TestServerOptions = {}) {
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
      writeLog: (line) => this.logLines.push(JSON.parse(JSON.stringify(line))),
      ...options,
      store: this.store,
      postToConnection: this.#createPost(options),
      enqueueChunk: this.#createEnqueue(options),
      deleteConnection: async (connectionId) => void this.deletedConnections.push(connectionId),
      ...options.delivery,
      now,
      presenceLimit,
      fanoutThreshold,
      onFailure: (...failure) => this.failures.push(failure),
    });
    this.#handler = createHandler(services);
  }

  #createPost({ outcome = () => 'delivered' }: TestServerOptions): PostToConnection {
    return async (connectionId, { bytes }) => {
      const frame: Frame = JSON.parse(Buffer.from(bytes).toString());
      const result = await Promise.race([outcome(connectionId, frame), failOnDeadline()]);
      if (result === 'delivered') this.pushedTo(connectionId).push(frame);
      return result;
    };
  }

  #createEnqueue({ queue = () => 'run' }: TestServerOptions): EnqueueChunk {
    return async (text) => {
      const chunk: Chunk = JSON.parse(text);
      const behavior = await queue(chunk);
      if (behavior === 'refused') return false;
      this.chunks.push(chunk);
      const runs = { run: 1, twice: 2, lost: 0 }[behavior];
      for (let run = 0; run < runs; run += 1) this.#track(this.#runChunk(chunk));
      return true;
    };
  }

  #track(run: Promise<void>): void {
    const running = run.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Runs a chunk as Lambda does: in an invocation of its own, and again where that throws. */
  async #runChunk(chunk: Chunk): Promise<void> {
    for (let tries = 3; tries > 0; tries -= 1) {
      await setImmediate();
      const failed = await this.deliverChunk(chunk).then(
        () => false,
        () => true,
      );
      if (!failed) return;
    }
    this.deadLetters.push(chunk);
  }

  /** Waits until all that was handed over has been run. */
  async waitForChunks(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What a connection was pushed, oldest first. */
  pushedTo(connectionId: string): Frame[] {
    const frames = this.pushed.get(connectionId) ?? [];
    this.pushed.set(connectionId, frames);
    return frames;
  }

  /** Hands one event to the Lambda, as the gateway does, with so much of its time left. */
  async invoke(event: GatewayEvent, remainingMs?: number): Promise<GatewayResult> {
    return (await this.#handle(event, remainingMs)) as GatewayResult;
  }

  /** Hands it a chunk, as its queue does. */
  async deliverChunk(chunk: Chunk, remainingMs?: number): Promise<void> {
    await this.#handle(chunk, remainingMs);
  }

  #handle(event: GatewayEvent | Chunk, remainingMs = 28_000): Promise<unknown> {
    const end = performance.now() + remainingMs;
    const getRemainingTimeInMillis = () => Math.max(0, end - performance.now());
    const context = { awsRequestId: 'request-1', functionName: 'chat', getRemainingTimeInMillis };
    return this.#handler(event, context as unknown as Context);
  }

  /** Opens a connection and returns its id. */
  async connect(query: Record<string, string> = {}, event: Partial<GatewayEvent> = {}) {
    const connectionId = `${randomUUID()}=`;
    const reply = await this.invoke({
      ...createGatewayEvent('CONNECT', '$connect', connectionId),
      queryStringParameters: query,
      ...event,
    });
    if (reply.statusCode !== 200) throw new Error(`refused with ${reply.statusCode}`);
    return connectionId;
  }

  /** Ends a connection, as the gateway tells of it. */
  disconnect(connectionId: string): Promise<GatewayResult> {
    return this.invoke(createGatewayEvent('DISCONNECT', '$disconnect', connectionId));
  }

  /** Sends a frame and returns the reply, which the Lambda has so much time for. */
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

/** The route that the gateway chooses: the body's action, or `$default` where it finds none. */
function toRouteKey(body: unknown): string {
  try {
    const { action } = JSON.parse(String(body)) ?? {};
    return typeof action === 'string' ? action : '$default';
  } catch {
    return '$default';
  }
}

/** An event of the shape that API Gateway sends, as far as it is of use here. */
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
