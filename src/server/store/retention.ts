import type { Row } from './table.ts';

/** How long the log keeps events. */
export interface Retention {
  /** The retention in days. It exceeds every lifetime if events never expire. */
  readonly days: number;
  /** Returns the attributes of a row that expires `days` after `at`, in milliseconds since 1970. */
  expiry(at: number): { ttl?: number };
  /** Returns whether a log row is still visible. DynamoDB deletes expired rows up to two days late. */
  isRetained(row: Row): boolean;
  /** Returns whether `days` after `sentAt` are not over yet, and will not be in `forMs`. @default 0 */
  isWithin(days: number, sentAt: number, forMs?: number): boolean;
}

const dayMs = 24 * 3600_000;
const foreverDays = 1_000_000;

/** Creates a retention of some days. With 0 days, events never expire. */
export function createRetention(now: () => number, settingDays: number): Retention {
  const days = settingDays === 0 ? foreverDays : settingDays;
  const isWithin = (limit: number, sentAt: number, forMs = 0) =>
    sentAt + limit * dayMs > now() + forMs;
  return {
    days,
    expiry: (at) =>
      settingDays === 0 ? {} : { ttl: Math.floor(at / 1000) + (days * dayMs) / 1000 },
    // Check both, so that rows from before a change of the setting expire in the order of the log.
    isRetained: ({ at, ttl }) =>
      isWithin(days, Number(at)) && (ttl === undefined || Number(ttl) * 1000 > now()),
    isWithin,
  };
}
