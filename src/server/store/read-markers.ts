import { markKey } from './keys.ts';
import type { Retention } from './retention.ts';
import type { Table } from './table.ts';

/** How far people have read. A mark belongs to a person and a room. */
export interface Marks {
  /** The number a person has read up to, 0 at first. */
  find(userId: string, room: string): Promise<number>;
  /** Moves a mark forward; false where it was there already or further. */
  move(userId: string, room: string, seq: number): Promise<boolean>;
}

/**
 * Keeps marks in the table. One that nobody moves expires with the log: by then every message
 * that it covers has expired too.
 */
export function createMarks(table: Table, retention: Retention, clock: () => number): Marks {
  return {
    async find(userId, room) {
      const row = await table.get(markKey(userId, room));
      return Number(row?.['seq'] ?? 0);
    },

    async move(userId, room, seq) {
      return table.put(
        { ...markKey(userId, room), seq, ...retention.expiry(clock()) },
        { text: 'attribute_not_exists(pk) OR seq < :s', values: { ':s': seq } },
      );
    },
  };
}
