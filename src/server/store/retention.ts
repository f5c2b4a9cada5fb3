import type { Row } from './table.ts';

/** How long a room's events are kept. */
export interface Retention {
  /** In days; more than anybody lives where it is for ever. */
  readonly days: number;
  /** The attributes that let a row expire so many days after this: milliseconds since 1970. */
  expiry(at: number): { ttl?: number };
  /** Whether a log row is still to be shown; the engine deletes late, by up to two days. */
  isRetained(row: Row): boolean;
  /** Whether so many days after that are still to come, and so many milliseconds more. */
  isWithin(days: number, sentAt: number, forMs?: number): boolean;
}

const dayMs = 24 * 3600_000;
const foreverDays = 1_000_000;

/** Keeps events for so many days; for ever where that is 0. */
export function createRetention(now: () => number, settingDays: number): Retention {
  const days = settingDays === 0 ? foreverDays : settingDays;
  const isWithin = (limit: number, sentAt: number, forMs = 0) =>
    sentAt + limit * dayMs > now() + forMs;
  return {
    days,
    expiry: (at) =>
      settingDays === 0 ? {} : { ttl: Math.floor(at / 1000) + (days * dayMs) / 1000 },
    // Both, so that rows written under another retention still expire in the order of the log.
    isRetained: ({ at, ttl }) =>
      isWithin(days, Number(at)) && (ttl === undefined || Number(ttl) * 1000 > now()),
    isWithin,
  };
}
