import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Outcome } from '../../src/delivery/post.ts';
import type { GatewayEvent, GatewayReply } from '../../src/event.ts';
import { createParts } from '../../src/parts.ts';
import { createRouter } from '../../src/router.ts';
import { createStore, type Store, type StoreOptions } from '../../src/store/index.ts';
import type { TestTable } from './database.ts';

/** A frame as a client reads it. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks at frames as a client would, untyped
export type Frame = Record<string, any>;

/** How a test's gateway and stage differ from plain ones. */
export interface WorldOptions extends Partial<StoreOptions> {
  /** Rooms of up to so many people are told who comes and goes; default 100. */
  readonly presenceLimit?: number;
  /** What a post to a connection comes to; default `delivered`. */
  readonly outcome?: (connectionId: string, frame: Frame) => Outcome | Promise<Outcome>;
}

/** The whole Lambda on a real table, with a gateway that writes down what is posted. */
export class World {
  readonly store: Store;
  /** What each connection was pushed. */
  readonly pushed = new Map<string, Frame[]>();
  readonly #handler: ReturnType<typeof createRouter>;

  constructor(table: TestTable, options: WorldOptions = {}) {
    const { outcome = () => 'delivered', presenceLimit = 100, clock = Date.now } = options;
    this.store = createStore({ ...table, retentionDays: 90, ...options, clock });
    const post = async (connectionId: string, text: string) => {
      const frame: Frame = JSON.parse(text);
      const result = await outcome(connectionId, frame);
      if (result === 'delivered') this.pushedTo(connectionId).push(frame);
      return result;
    };
    const { store } = this;
    const url = 'wss://chat.example/dev';
    const onFailure = () => {};
    this.#handler = createRouter(
      createParts({ store, post, clock, url, presenceLimit, onFailure }),
    );
  }

  /** What a connection was pushed, oldest first. */
  pushedTo(connectionId: string): Frame[] {
    const frames = this.pushed.get(connectionId) ?? [];
    this.pushed.set(connectionId, frames);
    return frames;
  }

  /** Hands one event to the Lambda, as the gateway does, with so much of its time left. */
  async invoke(event: GatewayEvent, remainingMs = 28_000): Promise<GatewayReply> {
    const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
    return (await this.#handler(event, context as unknown as Context)) as GatewayReply;
  }

  /** Opens a connection and returns its id. */
  async connect(query: Record<string, string> = {}, event: Partial<GatewayEvent> = {}) {
    const connectionId = `${randomUUID()}=`;
    const reply = await this.invoke({
      ...gatewayEvent('CONNECT', '$connect', connectionId),
      queryStringParameters: query,
      ...event,
    });
    if (reply.statusCode !== 200) throw new Error(`refused with ${reply.statusCode}`);
    return connectionId;
  }

  /** Ends a connection, as the gateway tells of it. */
  disconnect(connectionId: string): Promise<GatewayReply> {
    return this.invoke(gatewayEvent('DISCONNECT', '$disconnect', connectionId));
  }

  /** Sends a frame and returns the reply. */
  async send(connectionId: string, frame: unknown): Promise<Frame> {
    const body =
      typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
    const routeKey = routeKeyOf(body);
    const reply = await this.invoke({ ...gatewayEvent('MESSAGE', routeKey, connectionId), body });
    expect(reply.statusCode).toBe(200);
    return JSON.parse(reply.body ?? '');
  }
}

/** The route that the gateway chooses: the body's action, or `$default` where it finds none. */
function routeKeyOf(body: unknown): string {
  try {
    const { action } = JSON.parse(String(body)) ?? {};
    return typeof action === 'string' ? action : '$default';
  } catch {
    return '$default';
  }
}

/** An event of the shape that API Gateway sends, as far as it is of use here. */
export function gatewayEvent(
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
