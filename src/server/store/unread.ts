import { maxUnread, unreadScanLimit } from '../../../schemas/fields.ts';
import { isTombstone } from './event-rows.ts';
import { logRange, maxSeq } from './keys.ts';
import type { Retention } from './retention.ts';
import type { ReadSoFar, Table } from './table.ts';

/**
 * The read units of the longest row: text, edit, twenty emojis and user id have 35 KB. DynamoDB bills 4 KB
 * as a unit. It bills whole rows, even if a query selects a few attributes.
 */
const longestRowUnits = 8.6;

/** The read units that a count may consume if the next rows are as long as the ones before. */
const expectedUnits = 100;

/** The read units that a count may consume if all next rows are the longest. */
const worstUnits = 200;

/** The first page: a hundred units of rows with the longest text and edit. */
const firstPageSize = 12;

/**
 * Returns the rows of the next page. The length of a row is unknown until it is read and billed. So a page
 * has only as many rows as could all be the longest:
 *
 *     rows         12 ──► 23 ──► 23 ──► 22 ──► 22 …          short: 100 rows in five round trips
 *     rows         12 ──► 23                                 short, then the longest: 200 units
 *     rows         12                                        the longest: 97 units
 */
function choosePageSize({ rows, units }: ReadSoFar): number {
  if (rows === 0) return firstPageSize;
  const unscanned = unreadScanLimit - rows;
  const expected = ((expectedUnits - units) * rows) / units;
  const worst = (worstUnits - units) / longestRowUnits;
  return Math.floor(Math.min(unscanned, expected, worst));
}

/**
 * Counts other users' messages after a seq, without deleted ones. It stops at `maxUnread` messages, at
 * `unreadScanLimit` rows, or at about `expectedUnits` read units.
 */
export async function countUnread(
  table: Table,
  retention: Retention,
  room: string,
  userId: string,
  after: number,
): Promise<number> {
  const range = logRange(room, 'M', after + 1, maxSeq);
  const attributes = ['u', 'da', 'at', 'ttl', 'sealed'];
  let count = 0;
  for await (const row of table.query(range, { pageSize: choosePageSize, attributes })) {
    const isVisible = !isTombstone(row) && retention.isRetained(row);
    if (isVisible && row['u'] !== userId && row['da'] === undefined) count += 1;
    if (count === maxUnread) break;
  }
  return count;
}
