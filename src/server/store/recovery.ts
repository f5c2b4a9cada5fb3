import { maxPageSize } from '../../../schemas/fields.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { maxListBytes } from '../lib/fit-frame.ts';
import { decodeEvent, isTombstone, textBytes } from './event-rows.ts';
import { counterKey, logRange, maxSeq, parseSeq } from './keys.ts';
import type { Retention } from './retention.ts';
import { firstPageSize, type Row, type Table } from './table.ts';

/** The durable events after a seq. */
export interface RecoveryPage {
  /** The events exactly as they were delivered, oldest first, at most `maxPageSize`. */
  readonly events: DurableEvent[];
  readonly more: boolean;
  /** The highest seq that was read, tombstones included, or 0. */
  readonly lastReadSeq: number;
  /** Whether no event after that seq has expired. False if in doubt. */
  readonly recovered: boolean;
}

/** Reads missed events. A connection that joins the room before it reads misses no event. */
export interface Recovery {
  /** Reads a page of the events after a seq. */
  eventsAfter(room: string, after: number): Promise<RecoveryPage>;
  /** Returns the highest seq of the log, or 0 if the log never had an event. */
  lastSeq(room: string): Promise<number>;
}

/**
 * Rows expire by `sentAt`, and a lower seq may have a `sentAt` that is some seconds later. So a row must
 * live this much longer to prove that all rows after it are kept, in milliseconds.
 */
const clockSkewMs = 60_000;

const keyPrefixes = ['M', 'E'] as const;
type KeyPrefix = (typeof keyPrefixes)[number];

/** Creates the reader of the log. It merges the two key ranges of a log into one sequence. */
export function createRecovery(table: Table, retention: Retention): Recovery {
  return {
    async eventsAfter(room, after) {
      const ranges = await Promise.all(
        keyPrefixes.map((prefix) => firstRowsAfter(table, retention, room, prefix, after)),
      );
      const upTo = Math.min(...ranges.map((range) => range.upTo));
      const rows = ranges
        .flatMap((range) => range.rows)
        .filter(({ sk }) => parseSeq(sk) <= upTo)
        .toSorted(bySeq);
      return {
        events: rows.slice(0, maxPageSize).map((row) => decodeEvent(room, row)),
        more: rows.length > maxPageSize || upTo < maxSeq,
        lastReadSeq: Math.max(...ranges.map((range) => range.lastSeq)),
        recovered: await reachesBackTo(table, retention, room, after, rows[0]),
      };
    },

    /** Reads the log first, since the counter's seq may not be written yet. */
    async lastSeq(room) {
      const row = await lastRowUpTo(table, room, maxSeq);
      if (row) return parseSeq(row.sk);
      const counter = await table.get(counterKey(room));
      const isExpired = counter && !isWithinRetention(retention, counter, counter['createdAt']);
      return isExpired ? Number(counter['seq']) : 0;
    },
  };
}

/** Reads the first rows of a key range after a seq. No other row of the range has a seq up to `upTo`. */
async function firstRowsAfter(
  table: Table,
  retention: Retention,
  room: string,
  prefix: KeyPrefix,
  after: number,
): Promise<{ rows: Row[]; lastSeq: number; upTo: number }> {
  const rows: Row[] = [];
  let bytes = 0;
  let lastSeq = 0;
  const range = logRange(room, prefix, after + 1, maxSeq);
  for await (const row of table.query(range, { pageSize: firstPageSize, growPages: true })) {
    lastSeq = parseSeq(row.sk);
    if (isTombstone(row) || !retention.isRetained(row)) continue;
    rows.push(row);
    bytes += textBytes(row);
    if (rows.length > maxPageSize || bytes > maxListBytes) return { rows, lastSeq, upTo: lastSeq };
  }
  return { rows, lastSeq, upTo: maxSeq };
}

/** Returns whether the log still has every event after a seq. `first` is the first of them. */
async function reachesBackTo(
  table: Table,
  retention: Retention,
  room: string,
  after: number,
  first: Row | undefined,
): Promise<boolean> {
  const counter = await table.get(counterKey(room));
  if (!counter || after >= Number(counter['seq'])) return true;
  if (isWithinRetention(retention, counter, counter['createdAt'], clockSkewMs)) return true;
  const isNext = first && parseSeq(first.sk) === after + 1;
  if (isNext && isWithinRetention(retention, counter, first['at'], clockSkewMs)) return true;
  const last = await lastRowUpTo(table, room, after);
  return last !== undefined && isWithinRetention(retention, counter, last['at'], clockSkewMs);
}

/** Reads the last row up to a seq that is an event, or was one before its erasure. */
async function lastRowUpTo(table: Table, room: string, seq: number): Promise<Row | undefined> {
  const lastOfRanges = keyPrefixes.map(async (prefix) => {
    const range = logRange(room, prefix, 0, seq);
    for await (const row of table.query(range, { backwards: true, pageSize: 1 })) {
      if (row['at'] !== undefined) return row;
    }
    return undefined;
  });
  const rows = (await Promise.all(lastOfRanges)).filter((row) => row !== undefined);
  return rows.toSorted(bySeq).at(-1);
}

/**
 * Returns whether the room's events of that time are all kept, and will be for `forMs`. The shortest
 * retention that the room ever had decides.
 */
function isWithinRetention(
  retention: Retention,
  counter: Row,
  at: unknown,
  forMs?: number,
): boolean {
  const days = Math.min(retention.days, Number(counter['keptDays']));
  return retention.isWithin(days, Number(at), forMs);
}

const bySeq = (a: Row, b: Row) => parseSeq(a.sk) - parseSeq(b.sk);
