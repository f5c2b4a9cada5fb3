import { maxPageSize } from '../../../schemas/fields.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { maxListBytes } from '../lib/fit-frame.ts';
import { decodeEvent, isTombstone, textBytes } from './event-rows.ts';
import { counterKey, logRange, maxSeq, parseSeq } from './keys.ts';
import type { Retention } from './retention.ts';
import { firstPageSize, type Row, type Table } from './table.ts';

/** The durable events behind a number. */
export interface RecoveryPage {
  /** Oldest first, exactly as they were pushed, at most `pageLimit`. */
  readonly events: DurableEvent[];
  readonly more: boolean;
  /** The highest number that was looked at, given up ones and all; 0 where there was none. */
  readonly lastSeq: number;
  /** Whether nothing behind that number has expired. In doubt it is false. */
  readonly recovered: boolean;
}

/** Reads what was missed. A caller that is subscribed before it reads misses nothing. */
export interface Recovery {
  eventsAfter(room: string, after: number): Promise<RecoveryPage>;
  /** The highest number in the log, 0 where there never was one. */
  lastSeq(room: string): Promise<number>;
}

/**
 * Rows expire by their `sentAt`, which is not quite in the order of the numbers: a lower one may be
 * some seconds younger. So much longer must a row be kept to vouch for those behind it.
 */
const clockSkewMs = 60_000;

const keyPrefixes = ['M', 'E'] as const;

/** Reads the log, which lies in two stretches of keys, as the one sequence that it is. */
export function createRecovery(table: Table, retention: Retention): Recovery {
  /** The last row up to a number, of either kind, that is an event, or was one before it was erased. */
  async function lastRowUpTo(room: string, seq: number): Promise<Row | undefined> {
    const lasts = keyPrefixes.map(async (kind) => {
      const range = logRange(room, kind, 0, seq);
      for await (const row of table.query(range, { backwards: true, pageSize: 1 })) {
        if (row['at'] !== undefined) return row;
      }
      return undefined;
    });
    const rows = (await Promise.all(lasts)).filter((row) => row !== undefined);
    return rows.toSorted(bySeq).at(-1);
  }

  /** The first rows of a kind behind a number, and up to which number there are no others of it. */
  async function firstRowsAfter(room: string, kind: 'M' | 'E', after: number) {
    const rows: Row[] = [];
    let [bytes, lastSeq] = [0, 0];
    const range = logRange(room, kind, after + 1, maxSeq);
    for await (const row of table.query(range, { pageSize: firstPageSize, growPages: true })) {
      lastSeq = parseSeq(row.sk);
      if (isTombstone(row) || !retention.isRetained(row)) continue;
      rows.push(row);
      bytes += textBytes(row);
      if (rows.length > maxPageSize || bytes > maxListBytes)
        return { rows, last: lastSeq, upTo: lastSeq };
    }
    return { rows, last: lastSeq, upTo: maxSeq };
  }

  /** Whether a room's events sent then are all kept, whatever its retention was meanwhile. */
  const isRetained = (counter: Row, at: unknown, forMs?: number) =>
    retention.isWithin(Math.min(retention.days, Number(counter['keptDays'])), Number(at), forMs);

  async function reachesBackTo(
    room: string,
    after: number,
    first: Row | undefined,
  ): Promise<boolean> {
    const counter = await table.get(counterKey(room));
    if (!counter || after >= Number(counter['seq'])) return true;
    if (isRetained(counter, counter['createdAt'], clockSkewMs)) return true;
    const isNext = first && parseSeq(first.sk) === after + 1;
    if (isNext && isRetained(counter, first['at'], clockSkewMs)) return true;
    const held = await lastRowUpTo(room, after);
    return held !== undefined && isRetained(counter, held['at'], clockSkewMs);
  }

  return {
    async eventsAfter(room, after) {
      const both = await Promise.all(keyPrefixes.map((kind) => firstRowsAfter(room, kind, after)));
      const upTo = Math.min(...both.map((kind) => kind.upTo));
      const rows = both
        .flatMap((kind) => kind.rows)
        .filter(({ sk }) => parseSeq(sk) <= upTo)
        .toSorted(bySeq);
      return {
        events: rows.slice(0, maxPageSize).map((row) => decodeEvent(room, row)),
        more: rows.length > maxPageSize || upTo < maxSeq,
        lastSeq: Math.max(...both.map((kind) => kind.last)),
        recovered: await reachesBackTo(room, after, rows[0]),
      };
    },

    /** Not the counter, but where all is expired: its number may be taken and not yet written. */
    async lastSeq(room) {
      const lastSeq = await lastRowUpTo(room, maxSeq);
      if (lastSeq) return parseSeq(lastSeq.sk);
      const counter = await table.get(counterKey(room));
      return counter && !isRetained(counter, counter['createdAt']) ? Number(counter['seq']) : 0;
    },
  };
}

const bySeq = (a: Row, b: Row) => parseSeq(a.sk) - parseSeq(b.sk);
