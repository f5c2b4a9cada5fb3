import type { DeleteConnection } from './delivery/delete-connection.ts';
import { ChatError } from './errors.ts';
import type { Connections } from './store/connections.ts';

/** Limits how often a connection may ask. */
export interface RateLimiter {
  /**
   * Counts a request. Throws `rate_limited` where there were too many, and hangs up on who does not
   * care.
   */
  consume(connectionId: string): Promise<void>;
}

/** How often, and what that takes. */
export interface RateLimiterDeps {
  /** Requests a second that go on for ever. */
  readonly rate: number;
  /** Requests at once by who was quiet before; twice as many, and it is hung up. */
  readonly burst: number;
  readonly connections: Pick<Connections, 'charge'>;
  readonly deleteConnection: DeleteConnection;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What this instance knows of a connection. */
interface Bucket {
  /** Requests counted here of which the table was not told, as of then. */
  unreported: number;
  at: number;
  /** When those of which it was told will have been paid for, as far as is known here. */
  tat: number;
  disconnected: boolean;
}

/** Of this part of the burst, and of the rate, no other instance hears. */
const localShare = 1 / 20;

/** Connections that an instance keeps in mind, the last to ask: some hundred bytes each. */
const maxBuckets = 10_000;

/**
 * A token bucket a connection. It is in the connection's row; but to write it with each request would
 * make a message a third dearer, so an instance tells the table what it has counted by the dozen, and
 * nothing at all of a connection that asks as seldom as people do:
 *
 *     request ──► count it here ── up to 1/20 of the burst, which drains by 1/20 of the rate ──┐
 *                      └── more: tell the table, by one write, and hear what others told ──────┤
 *                                                                                              ▼
 *                             up to the burst: go on ── more: `rate_limited` ── twice: hang up
 *
 * A refused request counts as well, or who never waits would be served as well as who does. What
 * instances keep to themselves they let pass: by n of them at once, a connection gets up to
 * burst × (1 + n/20), and then rate × (1 + n/20) for ever.
 */
export function createRateLimiter(deps: RateLimiterDeps): RateLimiter {
  const { rate, burst, connections, deleteConnection, now } = deps;
  const emissionIntervalMs = 1000 / rate;
  const buckets = new Map<string, Bucket>();

  /** The bucket of a connection, as the last that has asked. */
  function getBucket(connectionId: string, at: number): Bucket {
    const bucket = buckets.get(connectionId) ?? {
      unreported: 0,
      at: at,
      tat: 0,
      disconnected: false,
    };
    buckets.delete(connectionId);
    buckets.set(connectionId, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > maxBuckets && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }

  async function flush(connectionId: string, bucket: Bucket): Promise<void> {
    const ms = bucket.unreported * emissionIntervalMs;
    bucket.unreported = 0;
    // At once, for those who ask meanwhile; and all there is where the table does not know the connection.
    bucket.tat = Math.max(bucket.tat, now()) + ms;
    const paidAt = await connections.charge(connectionId, ms);
    bucket.tat = Math.max(bucket.tat, paidAt ?? 0);
  }

  async function enforce(connectionId: string, bucket: Bucket): Promise<void> {
    const used = Math.max(0, bucket.tat - now()) / emissionIntervalMs + bucket.unreported;
    if (used <= burst) {
      bucket.disconnected = false;
      return;
    }
    if (used > 2 * burst && !bucket.disconnected) {
      bucket.disconnected = true;
      await deleteConnection(connectionId);
    }
    // Then there is place for one more.
    throw new ChatError('rate_limited', {
      retryAfterMs: Math.ceil((used - burst + 1) * emissionIntervalMs),
    });
  }

  return {
    async consume(connectionId) {
      const at = now();
      const bucket = getBucket(connectionId, at);
      const leaked = (Math.max(0, at - bucket.at) / emissionIntervalMs) * localShare;
      bucket.unreported = Math.max(0, bucket.unreported - leaked) + 1;
      bucket.at = at;
      if (bucket.unreported > burst * localShare) await flush(connectionId, bucket);
      await enforce(connectionId, bucket);
    },
  };
}
