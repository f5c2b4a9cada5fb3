import { readMarkerKey } from './keys.ts';
import type { Retention } from './retention.ts';
import type { Table } from './table.ts';

/** How far people have read. A mark belongs to a person and a room. */
export interface ReadMarkers {
  /** The number a person has read up to, 0 at first. */
  find(userId: string, room: string): Promise<number>;
  /** Moves a mark forward; false where it was there already or further. */
  advance(userId: string, room: string, seq: number): Promise<boolean>;
}

/**
 * Keeps marks in the table. One that nobody moves expires with the log: by then every message
 * that it covers has expired too.
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
