import type { HangUp } from './delivery/delete-connection.ts';
import { ChatError } from './errors.ts';
import type { Connections } from './store/connections.ts';

/** Limits how often a connection may ask. */
export interface Throttle {
  /**
   * Counts a request. Throws `rate_limited` where there were too many, and hangs up on who does not
   * care.
   */
  count(connectionId: string): Promise<void>;
}

/** How often, and what that takes. */
export interface ThrottleParts {
  /** Requests a second that go on for ever. */
  readonly rate: number;
  /** Requests at once by who was quiet before; twice as many, and it is hung up. */
  readonly burst: number;
  readonly connections: Pick<Connections, 'charge'>;
  readonly hangUp: HangUp;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What this instance knows of a connection. */
interface Bucket {
  /** Requests counted here of which the table was not told, as of then. */
  untold: number;
  at: number;
  /** When those of which it was told will have been paid for, as far as is known here. */
  paidAt: number;
  hungUp: boolean;
}

/** Of this part of the burst, and of the rate, no other instance hears. */
const quiet = 1 / 20;

/** Connections that an instance keeps in mind, the last to ask: some hundred bytes each. */
const remembered = 10_000;

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
export function createThrottle(parts: ThrottleParts): Throttle {
  const { rate, burst, connections, hangUp, clock } = parts;
  const priceMs = 1000 / rate;
  const buckets = new Map<string, Bucket>();

  /** The bucket of a connection, as the last that has asked. */
  function bucketOf(connectionId: string, now: number): Bucket {
    const bucket = buckets.get(connectionId) ?? { untold: 0, at: now, paidAt: 0, hungUp: false };
    buckets.delete(connectionId);
    buckets.set(connectionId, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > remembered && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }

  async function tell(connectionId: string, bucket: Bucket): Promise<void> {
    const ms = bucket.untold * priceMs;
    bucket.untold = 0;
    // At once, for those who ask meanwhile; and all there is where the table does not know the connection.
    bucket.paidAt = Math.max(bucket.paidAt, clock()) + ms;
    const paidAt = await connections.charge(connectionId, ms);
    bucket.paidAt = Math.max(bucket.paidAt, paidAt ?? 0);
  }

  async function judge(connectionId: string, bucket: Bucket): Promise<void> {
    const owed = Math.max(0, bucket.paidAt - clock()) / priceMs + bucket.untold;
    if (owed <= burst) {
      bucket.hungUp = false;
      return;
    }
    if (owed > 2 * burst && !bucket.hungUp) {
      bucket.hungUp = true;
      await hangUp(connectionId);
    }
    // Then there is place for one more.
    throw new ChatError('rate_limited', { retryAfterMs: Math.ceil((owed - burst + 1) * priceMs) });
  }

  return {
    async count(connectionId) {
      const now = clock();
      const bucket = bucketOf(connectionId, now);
      const drained = (Math.max(0, now - bucket.at) / priceMs) * quiet;
      bucket.untold = Math.max(0, bucket.untold - drained) + 1;
      bucket.at = now;
      if (bucket.untold > burst * quiet) await tell(connectionId, bucket);
      await judge(connectionId, bucket);
    },
  };
}
