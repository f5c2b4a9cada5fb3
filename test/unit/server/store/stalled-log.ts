import type { ErrorCode } from '../../../../schemas/errors.ts';
import type { TestTable } from '../../../helpers/database.ts';
import type { TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createTestStore } from '../../../helpers/test-store.ts';

/** The author of the events. */
export const author = { userId: 'aki', name: 'Aki' };
/** The message that the logs append. */
export const hello = { type: 'message', id: 'a1', message: 'hello' } as const;

/** The milliseconds for which an allocated seq may be written. */
export const writeWindowMs = 25_000;

/** Creates the log of a room, and a function that appends `hello` to it, with the id `a1` by default. */
export function createLog(
  table: TestTable,
  room: string,
  on = table,
  clock = { now: Date.UTC(2026, 10, 22) },
) {
  const { store, rows } = createTestStore(table, { clock, dynamoClient: on.dynamoClient });
  const append = (
    id: string | undefined = hello.id,
    check?: () => Promise<ErrorCode | undefined>,
  ) => store.eventLog.append(room, author, hello, { id, check });
  const appendWithoutId = () => store.eventLog.append(room, author, hello);
  const readSeqs = async () => {
    const { events } = await store.recovery.eventsAfter(room, 0);
    return events.map(({ seq }) => seq);
  };
  const readClaim = async () => (await findRows(table, `CLAIM#${room}`))[0];
  return { clock, rows, append, appendWithoutId, readSeqs, readClaim };
}

/** Starts an append whose first matching call is held, and returns a log on the same clock. */
export async function stall(
  table: TestTable,
  room: string,
  matches: (call: TableCall) => boolean,
  when: 'before' | 'after' = 'before',
) {
  const held = holdFirst(table, matches, when);
  const log = createLog(table, room);
  const appended = createLog(table, room, held.table, log.clock).append();
  appended.catch(() => {});
  await held.reached;
  return { ...log, appended, release: held.release };
}
