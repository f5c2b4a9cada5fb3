import { fullKey } from './keys.ts';
import type { Members } from './members.ts';
import type { Table } from './table.ts';

/** Whether there is room for one more. */
export interface Places {
  /** Whether one more connection may join a room. */
  hasPlace(room: string): Promise<boolean>;
}

/** For so long a room that was found full is not counted again. */
const fullMs = 60_000;

/** So many joiners count a room while it grows to its limit. */
const counts = 50;

/** A note that nobody has looked at for so long is of no use: seconds. */
const noteSeconds = 24 * 3600;

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
export function createPlaces(
  table: Table,
  members: Pick<Members, 'count'>,
  clock: () => number,
  limit: number,
): Places {
  return {
    async hasPlace(room) {
      const key = fullKey(room);
      const note = await table.get(key);
      if (note && Number(note['until']) > clock()) return false;
      if (!note && Math.random() * limit >= counts) return true;
      if ((await members.count(room, limit)) < limit) {
        if (note) await table.remove(key);
        return true;
      }
      const until = clock() + fullMs;
      await table.put({ ...key, until, ttl: Math.floor(until / 1000) + noteSeconds });
      return false;
    },
  };
}
