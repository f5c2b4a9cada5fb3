import { readMarkerKey } from './keys.ts';
import type { Retention } from './retention.ts';
import type { Table } from './table.ts';

/** The read markers. Each belongs to a user and a room. */
export interface ReadMarkers {
  /** Returns the seq up to which a user has read a room, or 0. */
  find(userId: string, room: string): Promise<number>;
  /** Moves a read marker forward. Returns false if it is already there or further. */
  advance(userId: string, room: string, seq: number): Promise<boolean>;
}

/**
 * Creates the store of read markers. A marker that is never moved expires with the log. By then every
 * message that it covers has expired too.
 */
export function createReadMarkers(
  table: Table,
  retention: Retention,
  now: () => number,
): ReadMarkers {
  return {
    async find(userId, room) {
      const row = await table.get(readMarkerKey(userId, room));
      return Number(row?.['seq'] ?? 0);
    },

    async advance(userId, room, seq) {
      return table.put(
        { ...readMarkerKey(userId, room), seq, ...retention.expiry(now()) },
        { text: 'attribute_not_exists(pk) OR seq < :s', values: { ':s': seq } },
      );
    },
  };
}
