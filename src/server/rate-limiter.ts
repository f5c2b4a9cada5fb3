import type { DeleteConnection } from './delivery/delete-connection.ts';
import { ChatError } from './errors.ts';
import type { Connections } from './store/connections.ts';

/** The rate limit of each connection. */
export interface RateLimiter {
  /**
   * Counts a request. Throws `rate_limited` above the limit, and closes a connection above twice the
   * burst.
   */
  consume(connectionId: string): Promise<void>;
}

/** The limit and its dependencies. */
export interface RateLimiterDeps {
  /** The sustained rate, in requests per second. */
  readonly rate: number;
  /** The most requests at once. More than twice as many close the connection. */
  readonly burst: number;
  readonly connections: Pick<Connections, 'charge'>;
  readonly deleteConnection: DeleteConnection;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** The state of a connection in this instance. */
interface Bucket {
  /** The requests of this instance that the table does not have yet, as of the time `at`. */
  unreported: number;
  at: number;
  /**
   * The theoretical arrival time (TAT), as far as this instance knows. At this time all reported requests
   * are paid for.
   */
  tat: number;
  disconnected: boolean;
}

/** The share of the burst and of the rate that each instance keeps to itself. */
const localShare = 1 / 20;

/** The most connections that an instance remembers, the latest ones, at some hundred bytes each. */
const maxBuckets = 10_000;

/**
 * Creates the limit: a generic cell rate algorithm (GCRA). Each request costs one emission interval, 1/rate
 * seconds, and moves the connection's TAT by it. The TAT is an attribute of the connection's row. To write
 * it on every request would raise the cost of a message by a third. So an instance reports requests by the
 * dozen, and none of a connection with few requests:
 *
 *     request ──► count it here ── up to 1/20 of the burst, leaking at 1/20 of the rate ──────┐
 *                      └── more: report by one write, which returns the TAT of all instances ─┤
 *                                                                                             ▼
 *                   up to the burst: accept ── above: `rate_limited` ── above twice: disconnect
 *
 * Rejected requests count too. Otherwise a client that ignores `retryAfterMs` would get the same rate.
 * The local shares add to the limit. With n instances at the same time, a connection gets a
 * burst of up to burst × (1 + n/20). Its sustained rate is up to rate × (1 + n/20).
 */
export function createRateLimiter(deps: RateLimiterDeps): RateLimiter {
  const { rate, burst, now } = deps;
  const emissionIntervalMs = 1000 / rate;
  const buckets = new Map<string, Bucket>();
  return {
    async consume(connectionId) {
      const at = now();
      const bucket = touchBucket(buckets, connectionId, at);
      const leaked = (Math.max(0, at - bucket.at) / emissionIntervalMs) * localShare;
      bucket.unreported = Math.max(0, bucket.unreported - leaked) + 1;
      bucket.at = at;
      if (bucket.unreported > burst * localShare) {
        await flush(deps, connectionId, bucket, emissionIntervalMs);
      }
      await enforce(deps, connectionId, bucket, emissionIntervalMs);
    },
  };
}

/** Returns the bucket of a connection and makes it the latest one. Drops the oldest one if needed. */
function touchBucket(buckets: Map<string, Bucket>, connectionId: string, at: number): Bucket {
  const bucket = buckets.get(connectionId) ?? { unreported: 0, at, tat: 0, disconnected: false };
  buckets.delete(connectionId);
  buckets.set(connectionId, bucket);
  if (buckets.size > maxBuckets) {
    const [oldest = ''] = buckets.keys();
    buckets.delete(oldest);
  }
  return bucket;
}

/** Reports the requests of this instance to the table. */
async function flush(
  { connections, now }: RateLimiterDeps,
  connectionId: string,
  bucket: Bucket,
  emissionIntervalMs: number,
): Promise<void> {
  const ms = bucket.unreported * emissionIntervalMs;
  bucket.unreported = 0;
  // Set it before the write, for concurrent requests. It is final if the table has no such connection.
  bucket.tat = Math.max(bucket.tat, now()) + ms;
  const tat = await connections.charge(connectionId, ms);
  bucket.tat = Math.max(bucket.tat, tat ?? 0);
}

/** Rejects a request above the burst, and closes a connection above twice the burst once. */
async function enforce(
  { burst, deleteConnection, now }: RateLimiterDeps,
  connectionId: string,
  bucket: Bucket,
  emissionIntervalMs: number,
): Promise<void> {
  const used = Math.max(0, bucket.tat - now()) / emissionIntervalMs + bucket.unreported;
  if (used <= burst) {
    bucket.disconnected = false;
    return;
  }
  if (used > 2 * burst && !bucket.disconnected) {
    bucket.disconnected = true;
    await deleteConnection(connectionId);
  }
  // After this time there is space for one more request.
  const retryAfterMs = Math.ceil((used - burst + 1) * emissionIntervalMs);
  throw new ChatError('rate_limited', { retryAfterMs });
}
