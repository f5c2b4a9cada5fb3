import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DurableEvent } from '../../schemas/index.ts';
import { encodeFrame } from '../server/lib/frame.ts';
import { decodeEvent, isTombstone } from '../server/store/event-rows.ts';
import { counterKey, logRange, maxSeq, parseSeq } from '../server/store/keys.ts';
import { createRetention } from '../server/store/retention.ts';
import type { Row, Table } from '../server/store/table.ts';
import { runCommand } from './cli.ts';

/** The number of events between two progress messages. */
const progressInterval = 100_000;

/**
 * Writes a room's log as JSON Lines, in the order of `seq`. Each line is an event that has not expired,
 * exactly as it was delivered. Holds at most two pages of the table in memory. Returns the number of events, or undefined
 * if the room never had an event.
 */
export async function exportRoom(
  table: Table,
  room: string,
  out: Writable,
  onProgress: (text: string) => void = () => {},
): Promise<number | undefined> {
  if (!(await table.get(counterKey(room)))) return undefined;
  let count = 0;
  async function* encodeLines() {
    for await (const event of readEvents(table, room)) {
      yield `${encodeFrame(event)}\n`;
      count += 1;
      if (count % progressInterval === 0) onProgress(`Exported ${count} events so far.`);
    }
  }
  await pipeline(Readable.from(encodeLines()), out);
  return count;
}

/** Reads all events of a room, oldest first. */
async function* readEvents(table: Table, room: string): AsyncGenerator<DurableEvent> {
  const messages = table.query(logRange(room, 'M', 1, maxSeq));
  const others = table.query(logRange(room, 'E', 1, maxSeq));
  // Only the stack knows its retention, so this exports every event that has no expiry in the past.
  const retention = createRetention(Date.now, 0);
  for await (const row of mergeBySeq(messages, others)) {
    if (!isTombstone(row) && retention.isRetained(row)) yield decodeEvent(room, row);
  }
}

type RowStream = ReturnType<Table['query']>;

/** Merges the rows of two key ranges of a log in the order of `seq`. */
async function* mergeBySeq(leftRows: RowStream, rightRows: RowStream): RowStream {
  let [left, right] = await Promise.all([nextRow(leftRows), nextRow(rightRows)]);
  while (left || right) {
    if (left && (!right || parseSeq(left.sk) < parseSeq(right.sk))) {
      yield left;
      left = await nextRow(leftRows);
    } else if (right) {
      yield right;
      right = await nextRow(rightRows);
    }
  }
}

const nextRow = async (rows: RowStream): Promise<Row | undefined> =>
  (await rows.next()).value ?? undefined;

/** Runs `npm run ops:export-room`. */
async function main(): Promise<void> {
  process.exitCode = await runCommand('ops:export-room', 'room', async (table, room) => {
    const count = await exportRoom(table, room, process.stdout, console.error);
    console.error(
      count === undefined
        ? `The room ${room} never had an event. Check its name.`
        : `Exported all ${count} events.`,
    );
    return count !== undefined;
  });
}

if (import.meta.main) void main();
