import { roomFullKey } from './keys.ts';
import type { Members } from './members.ts';
import type { Table } from './table.ts';

/** Whether there is room for one more. */
export interface RoomCapacity {
  /** Whether one more connection may join a room. */
  hasCapacity(room: string): Promise<boolean>;
}

/** For so long a room that was found full is not counted again. */
const fullCacheMs = 60_000;

/** So many joiners count a room while it grows to its limit. */
const sampleSize = 50;

/** A note that nobody has looked at for so long is of no use: seconds. */
const markerTtlSeconds = 24 * 3600;

/**
 * Nothing tells how many are in a room but to read them all, hundreds of read units in one of
 * thousands; and a counter would drift by each connection whose end nobody tells of. So not every
 * joiner counts, but one in so many, by lot, that each pays for two units on average; and who finds
 * the room full leaves a note there, which every joiner reads:
 *
 *     no note ──── the lot falls on others ────────────────────────────► there is a place
 *        └──────── it falls on this one: count ── fewer ───────────────► there is a place
 *                                   ▲          └─ full: leave a note ──► none
 *     an old note ──────────────────┘ (and remove the note, if fewer)
 *     a note of the last minute ───────────────────────────────────────► none
 *
 * A room so exceeds its limit by 2 % on average, and by 10 % in one case of 150: that the lot falls on
 * none of five times as many as it should. A limit of 50 or fewer is exceeded by those alone who join
 * at the same instant.
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
      if (!marker && Math.random() * limit >= sampleSize) return true;
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
