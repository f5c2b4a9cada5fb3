import type { Row } from './table.ts';

/** How long a room's events are kept. */
export interface Retention {
  /** The attributes that let a row expire so many days after this: milliseconds since 1970. */
  expiry(at: number): { ttl?: number };
  /** Whether what was sent then is still kept, for so many milliseconds more at least. */
  keeps(sentAt: number, forMs?: number): boolean;
  /** Whether a log row is still to be shown; the engine deletes late, by up to two days. */
  holds(row: Row): boolean;
}

const dayMs = 24 * 3600_000;

/** Keeps events for so many days; for ever where that is 0. */
export function createRetention(clock: () => number, days: number): Retention {
  const keeps = (sentAt: number, forMs = 0) =>
    days === 0 || sentAt + days * dayMs > clock() + forMs;
  return {
    expiry: (at) => (days === 0 ? {} : { ttl: Math.floor(at / 1000) + (days * dayMs) / 1000 }),
    keeps,
    // Both, so that rows written under another retention still expire in the order of the log.
    holds: ({ at, ttl }) =>
      keeps(Number(at)) && (ttl === undefined || Number(ttl) * 1000 > clock()),
  };
}
