import { pageLimit } from '../../../schemas/fields.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { maxBytes } from '../lib/fit-frame.ts';
import { decode, isSealed, textBytes } from './event-rows.ts';
import { counterKey, logRange, maxSeq, seqOf } from './keys.ts';
import type { Retention } from './retention.ts';
import { type Row, stride, type Table } from './table.ts';

/** The durable events behind a number. */
export interface Missed {
  /** Oldest first, exactly as they were pushed, at most `pageLimit`. */
  readonly events: DurableEvent[];
  readonly more: boolean;
  /** The highest number that was looked at, given up ones and all; 0 where there was none. */
  readonly last: number;
  /** Whether nothing behind that number has expired. In doubt it is false. */
  readonly recovered: boolean;
}

/** Reads what was missed. A caller that is subscribed before it reads misses nothing. */
export interface Recovery {
  since(room: string, after: number): Promise<Missed>;
  /** The highest number in the log, 0 where there never was one. */
  newest(room: string): Promise<number>;
}

/**
 * Rows expire by their `sentAt`, which is not quite in the order of the numbers: a lower one may be
 * some seconds younger. So much longer must a row be kept to vouch for those behind it.
 */
const disorderMs = 60_000;

const kinds = ['M', 'E'] as const;

/** Reads the log, which lies in two stretches of keys, as the one sequence that it is. */
export function createRecovery(table: Table, retention: Retention): Recovery {
  /** The last row up to a number, of either kind, that is an event, or was one before it was erased. */
  async function lastUpTo(room: string, seq: number): Promise<Row | undefined> {
    const lasts = kinds.map(async (kind) => {
      const range = logRange(room, kind, 0, seq);
      for await (const row of table.query(range, { backwards: true, pageSize: 1 })) {
        if (row['at'] !== undefined) return row;
      }
      return undefined;
    });
    const rows = (await Promise.all(lasts)).filter((row) => row !== undefined);
    return rows.toSorted(byNumber).at(-1);
  }

  /** The first rows of a kind behind a number, and up to which number there are no others of it. */
  async function firstFrom(room: string, kind: 'M' | 'E', after: number) {
    const rows: Row[] = [];
    let [bytes, last] = [0, 0];
    const range = logRange(room, kind, after + 1, maxSeq);
    for await (const row of table.query(range, { pageSize: stride, growing: true })) {
      last = seqOf(row.sk);
      if (isSealed(row) || !retention.holds(row)) continue;
      rows.push(row);
      bytes += textBytes(row);
      if (rows.length > pageLimit || bytes > maxBytes) return { rows, last, upTo: last };
    }
    return { rows, last, upTo: maxSeq };
  }

  /** Whether a room's events sent then are all kept, whatever its retention was meanwhile. */
  const isKept = (counter: Row, at: unknown, forMs?: number) =>
    retention.isWithin(Math.min(retention.days, Number(counter['keptDays'])), Number(at), forMs);

  async function isComplete(room: string, after: number, first: Row | undefined): Promise<boolean> {
    const counter = await table.get(counterKey(room));
    if (!counter || after >= Number(counter['seq'])) return true;
    if (isKept(counter, counter['createdAt'], disorderMs)) return true;
    const isNext = first && seqOf(first.sk) === after + 1;
    if (isNext && isKept(counter, first['at'], disorderMs)) return true;
    const held = await lastUpTo(room, after);
    return held !== undefined && isKept(counter, held['at'], disorderMs);
  }

  return {
    async since(room, after) {
      const both = await Promise.all(kinds.map((kind) => firstFrom(room, kind, after)));
      const upTo = Math.min(...both.map((kind) => kind.upTo));
      const rows = both
        .flatMap((kind) => kind.rows)
        .filter(({ sk }) => seqOf(sk) <= upTo)
        .toSorted(byNumber);
      return {
        events: rows.slice(0, pageLimit).map((row) => decode(room, row)),
        more: rows.length > pageLimit || upTo < maxSeq,
        last: Math.max(...both.map((kind) => kind.last)),
        recovered: await isComplete(room, after, rows[0]),
      };
    },

    /** Not the counter, but where all is expired: its number may be taken and not yet written. */
    async newest(room) {
      const last = await lastUpTo(room, maxSeq);
      if (last) return seqOf(last.sk);
      const counter = await table.get(counterKey(room));
      return counter && !isKept(counter, counter['createdAt']) ? Number(counter['seq']) : 0;
    },
  };
}

const byNumber = (a: Row, b: Row) => seqOf(a.sk) - seqOf(b.sk);
