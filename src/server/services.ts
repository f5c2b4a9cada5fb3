import { setTimeout } from 'node:timers/promises';
import type { Authenticator } from './auth/authenticator.ts';
import { createOriginCheck } from './auth/origins.ts';
import { type Broadcast, type BroadcastDeps, createBroadcast } from './delivery/broadcast.ts';
import { type Chunk, decodeRecipients } from './delivery/chunk.ts';
import type { DeleteConnection } from './delivery/delete-connection.ts';
import { createDeliver, encodeOutgoing } from './delivery/deliver.ts';
import type { EnqueueChunk } from './delivery/enqueue-chunk.ts';
import type { PostToConnection } from './delivery/post-to-connection.ts';
import { createEvictAll } from './eviction.ts';
import type { BuiltPage } from './http/page-loader.ts';
import type { StaticDocument } from './http/static-document.ts';
import { recordDeliveryCounts } from './observability/delivery-metrics.ts';
import type { WriteLog } from './observability/invocation.ts';
import { createPresence, type Presence } from './presence.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import type { Store } from './store/index.ts';

/** The services that routes and actions use. */
export interface Services {
  readonly store: Store;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly authenticator: Authenticator;
  /** Returns whether a page of that origin may connect. */
  readonly isOriginAllowed: (origin: string | undefined) => boolean;
  readonly rateLimiter: RateLimiter;
  /** Delivers a chunk that another invocation enqueued. */
  readonly deliverChunk: (chunk: Chunk) => Promise<void>;
  /** Returns the milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after some milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** The URL at which clients connect. */
  readonly webSocketUrl: string;
  /** How users authenticate: `jwt` asks for a token, `none` for a name. The page has to know. */
  readonly authMode: string;
  /** Loads the page. Returns the same object until the page is built again. */
  readonly loadPage: () => Promise<BuiltPage>;
  /** The documents that browsers got so far. */
  readonly documentCache: DocumentCache;
  readonly writeLog: WriteLog;
}

/** The documents of the HTTP routes, each made on first use. */
export interface DocumentCache {
  page?: { readonly source: BuiltPage; readonly document: StaticDocument };
  contract?: StaticDocument;
}

/** The dependencies and settings that differ between AWS, the local stack and tests. */
export interface ServicesOptions {
  readonly store: Store;
  readonly postToConnection: PostToConnection;
  readonly enqueueChunk: EnqueueChunk;
  readonly deleteConnection: DeleteConnection;
  readonly authenticator: Authenticator;
  /** The origins that may connect, separated by commas. `*` allows all. */
  readonly origins: string;
  /** The requests per second of one connection. */
  readonly rate: number;
  /** The requests that one connection may make at once. */
  readonly burst: number;
  readonly now: () => number;
  /** Resolves after some milliseconds. @default a timer */
  readonly pause?: (ms: number) => Promise<void>;
  readonly webSocketUrl: string;
  readonly authMode: string;
  readonly loadPage: () => Promise<BuiltPage>;
  readonly writeLog: WriteLog;
  /** The largest room, in users, that gets `joined` and `left` events. */
  readonly presenceLimit: number;
  /** The most recipients of one invocation. It enqueues the rest in chunks of this size. */
  readonly fanoutThreshold: number;
  /** Reports a recipient that could not be reached or not be removed. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Creates the services and connects them: a delivery to a dead connection makes its user leave. */
export function createServices(options: ServicesOptions): Services {
  const { store, now, pause = setTimeout } = options;
  const { webSocketUrl, authMode, loadPage, writeLog, authenticator } = options;
  const { broadcast, presence } = createDelivery(options, options.enqueueChunk);
  return {
    store,
    broadcast,
    presence,
    authenticator,
    isOriginAllowed: createOriginCheck(options.origins),
    rateLimiter: createRateLimiter({ ...options, connections: store.connections }),
    deliverChunk: createChunkDelivery(options),
    now,
    pause,
    webSocketUrl,
    authMode,
    loadPage,
    documentCache: {},
    writeLog,
  };
}

/**
 * Creates the delivery of chunks. An invocation that delivers a chunk enqueues none, not even for
 * users who leave because of it. So there is never a chain of invocations.
 */
function createChunkDelivery(options: ServicesOptions): Services['deliverChunk'] {
  const { deliver } = createDelivery(options, async () => false);
  return async (chunk) => {
    const counts = await deliver.deliverAll(encodeOutgoing(chunk.event), decodeRecipients(chunk));
    recordDeliveryCounts(counts);
  };
}

function createDelivery(options: ServicesOptions, enqueueChunk: EnqueueChunk) {
  const { store, postToConnection, presenceLimit, fanoutThreshold, now, onFailure } = options;
  const deliver = createDeliver({
    postToConnection,
    evictAll: (...args) => evictAll(...args),
    now,
    onFailure,
  });
  const createBroadcastTo = (members: BroadcastDeps['members']) =>
    createBroadcast({ members, deliver, enqueueChunk, threshold: fanoutThreshold });
  const evictAll = createEvictAll({
    store,
    createBroadcast: createBroadcastTo,
    presenceLimit,
    onFailure,
  });
  const broadcast = createBroadcastTo(store.members);
  const presence: Presence = createPresence({ store, broadcast, presenceLimit });
  return { deliver, broadcast, presence };
}
