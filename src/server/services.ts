import type { Authentication } from './auth/authenticator.ts';
import { createOrigins } from './auth/origins.ts';
import { type Broadcast, createBroadcast } from './delivery/broadcast.ts';
import { type Chunk, recipientsOf } from './delivery/chunk.ts';
import type { HangUp } from './delivery/delete-connection.ts';
import { createDeliver, type Tally } from './delivery/deliver.ts';
import type { HandOver } from './delivery/enqueue-chunk.ts';
import type { Post } from './delivery/post-to-connection.ts';
import type { Page } from './http/page-loader.ts';
import { frameOf } from './lib/frame.ts';
import { counted, measured } from './observability/delivery-metrics.ts';
import type { Log } from './observability/invocation.ts';
import { createPresence, type Presence } from './presence.ts';
import { createThrottle, type Throttle } from './rate-limiter.ts';
import type { Store } from './store/index.ts';

/** What the routes are given to work with. */
export interface Parts {
  readonly store: Store;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly authentication: Authentication;
  /** Whether a page of that origin may connect. */
  readonly admitsOrigin: (origin: string | undefined) => boolean;
  readonly throttle: Throttle;
  /** Delivers what another invocation has handed over. */
  readonly deliverChunk: (chunk: Chunk) => Promise<Tally>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where clients find the WebSocket. */
  readonly url: string;
  /** What the page asks people for: with `jwt` a token, with `none` a name. */
  readonly auth: string;
  /** Loads the page: the same object again until it is built anew. */
  readonly page: () => Promise<Page>;
  readonly log: Log;
}

/** What differs between AWS, the local stack and a test. */
export interface PartsOptions {
  readonly store: Store;
  readonly post: Post;
  readonly handOver: HandOver;
  readonly hangUp: HangUp;
  readonly authentication: Authentication;
  /** The origins that may connect, separated by commas; `*` is all. */
  readonly origins: string;
  /** Requests a second and at once, of each connection. */
  readonly rate: number;
  readonly burst: number;
  readonly clock: () => number;
  readonly url: string;
  readonly auth: string;
  readonly page: () => Promise<Page>;
  readonly log: Log;
  /** Rooms of up to so many people are told who comes and goes. */
  readonly presenceLimit: number;
  /** One invocation delivers to so many recipients; the rest is handed over in such parts. */
  readonly fanoutThreshold: number;
  /** Told of a recipient that could not be reached, or not be removed. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Joins the parts: a delivery that finds a connection dead makes its person leave. */
export function createParts(options: PartsOptions): Parts {
  const { store, clock, url, auth, page, log, authentication } = options;
  const { broadcast, presence } = createFanOut(options);
  const throttle = createThrottle({ ...options, connections: store.connections });
  const admitsOrigin = createOrigins(options.origins);
  // What delivers a chunk can hand nothing over, not even who leaves by it: there is never a chain.
  const { deliver } = createFanOut({ ...options, handOver: () => Promise.resolve(false) });
  const deliverChunk = (chunk: Chunk) =>
    counted(() => deliver.complete(frameOf(chunk.event), recipientsOf(chunk)));
  return {
    ...{ store, broadcast, presence, deliverChunk, clock, url, auth, page, log },
    ...{ authentication, admitsOrigin, throttle },
  };
}

function createFanOut(options: PartsOptions) {
  const { store, handOver, presenceLimit, fanoutThreshold: threshold } = options;
  const deliver = createDeliver({
    ...options,
    forget: (recipient) => presence.forget(recipient),
  });
  const fanOut = createBroadcast({ members: store.members, deliver, handOver, threshold });
  const broadcast: Broadcast = (...event) => measured(() => fanOut(...event));
  const presence: Presence = createPresence({ store, broadcast, presenceLimit });
  return { deliver, broadcast, presence };
}
