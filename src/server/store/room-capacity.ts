import { roomFullKey } from './keys.ts';
import type { Members } from './members.ts';
import type { Table } from './table.ts';

/** The limit on connections in one room. */
export interface RoomCapacity {
  /** Returns whether another connection may join a room. */
  hasCapacity(room: string): Promise<boolean>;
}

/** How long a full room is not counted again, in milliseconds. */
const fullCacheMs = 60_000;

/** How many joins count a room while it grows to its limit, on average. */
const sampleSize = 50;

/** An unread full marker is useless after this time, in seconds. */
const markerTtlSeconds = 24 * 3600;

/**
 * Creates the limit. Only a read of all subscriptions gives the size of a room: hundreds of read units
 * if it has thousands. A counter would drift with each connection whose end is never reported. So a
 * random sample of the joins counts, which costs two read units a join on average. A join that finds
 * the room full writes a full marker. Every join reads the marker:
 *
 *     no full marker ──── not in the sample ───────────────────────────► has capacity
 *        └─────────────── in the sample: count ── below the limit ─────► has capacity
 *                                    ▲         └─ full: write marker ──► full
 *     old full marker ───────────────┘ (and remove it, if below the limit)
 *     full marker of the last minute ──────────────────────────────────► full
 *
 * A room exceeds its limit by 2 % on average. In one of 150 cases it exceeds the limit by 10 %: five
 * times the expected number of joins pass uncounted. Only concurrent joins can exceed a limit of 50 or
 * less.
 */
export function createRoomCapacity(
  table: Table,
  members: Pick<Members, 'count'>,
  now: () => number,
  limit: number,
): RoomCapacity {
  return {
    async hasCapacity(room) {
      const key = roomFullKey(room);
      const marker = await table.get(key);
      if (marker && Number(marker['until']) > now()) return false;
      const isSampled = marker !== undefined || Math.random() * limit < sampleSize;
      if (!isSampled) return true;
      if ((await members.count(room, limit)) < limit) {
        if (marker) await table.remove(key);
        return true;
      }
      const until = now() + fullCacheMs;
      await table.put({ ...key, until, ttl: Math.floor(until / 1000) + markerTtlSeconds });
      return false;
    },
  };
}
