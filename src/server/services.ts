import type { Authenticator } from './auth/authenticator.ts';
import { createOriginCheck } from './auth/origins.ts';
import { type Broadcast, createBroadcast } from './delivery/broadcast.ts';
import { type Chunk, decodeRecipients } from './delivery/chunk.ts';
import type { DeleteConnection } from './delivery/delete-connection.ts';
import { createDeliver, type DeliveryCounts } from './delivery/deliver.ts';
import type { EnqueueChunk } from './delivery/enqueue-chunk.ts';
import type { PostToConnection } from './delivery/post-to-connection.ts';
import type { BuiltPage } from './http/page-loader.ts';
import { encodeFrame } from './lib/frame.ts';
import { withDeliveryCounts, withFanOutLatency } from './observability/delivery-metrics.ts';
import type { WriteLog } from './observability/invocation.ts';
import { createPresence, type Presence } from './presence.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import type { Store } from './store/index.ts';

/** What the routes are given to work with. */
export interface Services {
  readonly store: Store;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly authenticator: Authenticator;
  /** Whether a page of that origin may connect. */
  readonly isOriginAllowed: (origin: string | undefined) => boolean;
  readonly rateLimiter: RateLimiter;
  /** Delivers what another invocation has handed over. */
  readonly deliverChunk: (chunk: Chunk) => Promise<DeliveryCounts>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where clients find the WebSocket. */
  readonly webSocketUrl: string;
  /** What the page asks people for: with `jwt` a token, with `none` a name. */
  readonly authMode: string;
  /** Loads the page: the same object again until it is built anew. */
  readonly loadPage: () => Promise<BuiltPage>;
  readonly writeLog: WriteLog;
}

/** What differs between AWS, the local stack and a test. */
export interface ServicesOptions {
  readonly store: Store;
  readonly postToConnection: PostToConnection;
  readonly enqueueChunk: EnqueueChunk;
  readonly deleteConnection: DeleteConnection;
  readonly authenticator: Authenticator;
  /** The origins that may connect, separated by commas; `*` is all. */
  readonly origins: string;
  /** Requests a second and at once, of each connection. */
  readonly rate: number;
  readonly burst: number;
  readonly now: () => number;
  readonly webSocketUrl: string;
  readonly authMode: string;
  readonly loadPage: () => Promise<BuiltPage>;
  readonly writeLog: WriteLog;
  /** Rooms of up to so many people are told who comes and goes. */
  readonly presenceLimit: number;
  /** One invocation delivers to so many recipients; the rest is handed over in such parts. */
  readonly fanoutThreshold: number;
  /** Told of a recipient that could not be reached, or not be removed. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Joins the parts: a delivery that finds a connection dead makes its person leave. */
export function createServices(options: ServicesOptions): Services {
  const { store, now, webSocketUrl, authMode, loadPage, writeLog, authenticator } = options;
  const { broadcast, presence } = createDelivery(options);
  const rateLimiter = createRateLimiter({ ...options, connections: store.connections });
  const isOriginAllowed = createOriginCheck(options.origins);
  // What delivers a chunk can hand nothing over, not even who leaves by it: there is never a chain.
  const { deliver } = createDelivery({ ...options, enqueueChunk: () => Promise.resolve(false) });
  const deliverChunk = (chunk: Chunk) =>
    withDeliveryCounts(() => deliver.deliverAll(encodeFrame(chunk.event), decodeRecipients(chunk)));
  return {
    ...{
      store,
      broadcast,
      presence,
      deliverChunk,
      now,
      webSocketUrl,
      authMode,
      loadPage,
      writeLog,
    },
    ...{ authenticator, isOriginAllowed, rateLimiter },
  };
}

function createDelivery(options: ServicesOptions) {
  const { store, enqueueChunk, presenceLimit, fanoutThreshold: threshold } = options;
  const deliver = createDeliver({
    ...options,
    evict: (recipient) => presence.evict(recipient),
  });
  const fanOut = createBroadcast({ members: store.members, deliver, enqueueChunk, threshold });
  const broadcast: Broadcast = (...event) => withFanOutLatency(() => fanOut(...event));
  const presence: Presence = createPresence({ store, broadcast, presenceLimit });
  return { deliver, broadcast, presence };
}
