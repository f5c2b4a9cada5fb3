import { setTimeout } from 'node:timers/promises';
import { forEachConcurrent } from '../server/lib/concurrency.ts';
import { classifyRow, type PersonalDataKind } from '../server/store/keys.ts';
import type { Row } from '../server/store/table.ts';
import { runCommand } from './cli.ts';
import { rowErasers, scannedAttributes } from './row-erasers.ts';
import type { OpsTable } from './sdk-table.ts';

/** What came of erasing a person. */
export interface EraseResult {
  /** The rows of theirs that were found, in all passes. */
  readonly found: Readonly<Record<PersonalDataKind, number>>;
  /** Whether the last pass found nothing; else they go on writing. */
  readonly isGone: boolean;
}

/** What an erasure is made of. */
export interface EraseOptions {
  readonly table: OpsTable;
  readonly userId: string;
  /** Waits until the requests are over that came on connections removed before. */
  readonly waitForRequests: () => Promise<unknown>;
  /** Told of what goes on. */
  readonly onProgress: (text: string) => void;
}

/** Who is found so often goes on writing: it is no use to look once more. */
const maxPasses = 5;

/** An invocation takes 28 seconds at most (`serverless.yml`). */
const maxRequestMs = 30_000;

/** Rows erased at once. One room's log takes a thousand writes a second, and the chat goes on meanwhile. */
const concurrency = 8;

/**
 * Erases a person from the table: looks through all of it, until a pass finds nothing of theirs. Their
 * events become numbers that are skipped. It may be cut short anywhere and run again. Whose connections it
 * finds can make no further request by them, but can connect anew: what they do then may stay.
 */
export async function eraseUser(options: EraseOptions): Promise<EraseResult> {
  const found = zeroCounts();
  for (let pass = 1; pass <= maxPasses; pass += 1) {
    const before = { ...found };
    await erasePass(options, pass, found);
    if (sum(found) === sum(before)) return { found, isGone: true };
    if (found.connection > before.connection) await options.waitForRequests();
  }
  return { found, isGone: false };
}

/** Looks through the table once, erases what is theirs, and counts it. */
async function erasePass(
  { table, userId, onProgress }: EraseOptions,
  pass: number,
  found: Record<PersonalDataKind, number>,
): Promise<void> {
  let scannedCount = 0;
  async function* findUserRows(): AsyncGenerator<{ kind: PersonalDataKind; row: Row }> {
    for await (const rows of table.scan(scannedAttributes)) {
      for (const row of rows) {
        const classified = classifyRow(row);
        const owner = classified?.userId ?? row['u'] ?? row['userId'];
        if (classified && owner === userId) yield { ...classified, row };
      }
      scannedCount += rows.length;
      onProgress(`Pass ${pass}: ${scannedCount} rows looked at, ${sum(found)} of theirs in all.`);
    }
  }
  await forEachConcurrent(findUserRows(), concurrency, async ({ kind, row }) => {
    await rowErasers[kind](table, row);
    found[kind] += 1;
  });
}

const zeroCounts = (): Record<PersonalDataKind, number> => ({
  event: 0,
  reaction: 0,
  claim: 0,
  readMarker: 0,
  connection: 0,
  subscription: 0,
  userConnection: 0,
});

const sum = (counts: Readonly<Record<PersonalDataKind, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** What `npm run ops:erase-user` does. */
async function main(): Promise<void> {
  process.exitCode = await runCommand('ops:erase-user', 'user', async (table, userId) => {
    const onProgress = console.error;
    const waitForRequests = () => {
      onProgress('They were connected: waiting for what they asked last.');
      return setTimeout(maxRequestMs);
    };
    const { found, isGone } = await eraseUser({ table, userId, waitForRequests, onProgress });
    for (const [trace, count] of Object.entries(found)) console.log(`${trace}s: ${count}`);
    console.log(
      isGone ? 'Nothing is left.' : 'They go on writing: keep them out, and run it again.',
    );
    return isGone;
  });
}

if (import.meta.main) void main();
