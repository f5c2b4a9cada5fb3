import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DurableEvent } from '../../schemas/index.ts';
import { encodeFrame } from '../server/lib/frame.ts';
import { decodeEvent, isTombstone } from '../server/store/event-rows.ts';
import { counterKey, logRange, maxSeq, parseSeq } from '../server/store/keys.ts';
import { createRetention } from '../server/store/retention.ts';
import type { Row, Table } from '../server/store/table.ts';
import { runCommand } from './cli.ts';

/** After so many events the operator is told that it goes on. */
const progressInterval = 100_000;

/**
 * Writes a room's log as JSON Lines: each event that has not expired, exactly as it was pushed, in the
 * order of `seq`. Returns how many there were; nothing where no event was ever stored in that room. Two
 * pages of the engine's are held at a time, however long the log is.
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
      if (count % progressInterval === 0) onProgress(`Events: ${count} so far.`);
    }
  }
  await pipeline(Readable.from(encodeLines()), out);
  return count;
}

/** A room's events, of whatever kind, oldest first. */
async function* readEvents(table: Table, room: string): AsyncGenerator<DurableEvent> {
  const messages = table.query(logRange(room, 'M', 1, maxSeq));
  const others = table.query(logRange(room, 'E', 1, maxSeq));
  // For how long events are kept is the stack's to say: what is not marked as expired is exported.
  const retention = createRetention(Date.now, 0);
  for await (const row of mergeBySeq(messages, others)) {
    if (!isTombstone(row) && retention.isRetained(row)) yield decodeEvent(room, row);
  }
}

type RowStream = ReturnType<Table['query']>;

/** The rows of two stretches of a log as the one sequence that they are. */
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

/** What `npm run ops:export-room` does. */
async function main(): Promise<void> {
  process.exitCode = await runCommand('ops:export-room', 'room', async (table, room) => {
    const count = await exportRoom(table, room, process.stdout, console.error);
    console.error(
      count === undefined ? `No event was ever in ${room}.` : `Events: ${count}, which is all.`,
    );
    return count !== undefined;
  });
}

if (import.meta.main) void main();
