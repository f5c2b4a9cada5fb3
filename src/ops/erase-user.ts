import { setTimeout } from 'node:timers/promises';
import { forEachConcurrent } from '../server/lib/concurrency.ts';
import { classifyRow, type PersonalDataKind } from '../server/store/keys.ts';
import type { Row } from '../server/store/table.ts';
import { runCommand } from './cli.ts';
import { rowErasers, scannedAttributes } from './row-erasers.ts';
import type { OpsTable } from './sdk-table.ts';

/** The result of erasing a user. */
export interface EraseResult {
  /** The number of the user's rows that all passes found, by kind. */
  readonly found: Readonly<Record<PersonalDataKind, number>>;
  /** Whether the last pass found nothing. If not, the user keeps writing. */
  readonly isGone: boolean;
}

/** The table, the user and the callbacks of an erasure. */
export interface EraseOptions {
  readonly table: OpsTable;
  readonly userId: string;
  /** Waits for the requests in flight on connections that were removed before. */
  readonly waitForRequests: () => Promise<unknown>;
  /** Called with each progress message. */
  readonly onProgress: (text: string) => void;
}

/** A user whose rows appear in every one of these passes keeps writing, so another pass would not help. */
const maxPasses = 5;

/** The longest time that a request takes, in milliseconds. An invocation times out after 28 seconds. */
const maxRequestMs = 30_000;

/** The number of rows to erase at once. A room's log takes 1,000 writes a second, and the chat needs them too. */
const concurrency = 8;

/**
 * Erases a user from the table. Passes over the whole table repeat until one finds nothing of the user.
 * The user's events become tombstones. An interrupted erasure can run again. The user's connections can make
 * no further requests. If the user connects again, the new rows may stay.
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

/** Scans the table once, and erases and counts the rows of the user. */
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
      onProgress(`Pass ${pass}: ${scannedCount} rows scanned, ${sum(found)} erased in total.`);
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

/** Runs `npm run ops:erase-user`. */
async function main(): Promise<void> {
  process.exitCode = await runCommand('ops:erase-user', 'user', async (table, userId) => {
    const onProgress = console.error;
    const waitForRequests = () => {
      onProgress('The user was connected. Waiting 30 seconds for requests in flight.');
      return setTimeout(maxRequestMs);
    };
    const { found, isGone } = await eraseUser({ table, userId, waitForRequests, onProgress });
    for (const [kind, count] of Object.entries(found)) console.log(`${kind}s: ${count}`);
    console.log(
      isGone
        ? 'Nothing is left.'
        : 'The user keeps writing. Block the user from connecting, and run the command again.',
    );
    return isGone;
  });
}

if (import.meta.main) void main();
