import { tombstone } from '../../../../src/server/store/event-rows.ts';
import { logKey } from '../../../../src/server/store/keys.ts';
import type { TestTable } from '../../../helpers/database.ts';
import { createTestStore } from '../../../helpers/test-store.ts';

const author = { userId: 'aki', name: 'Aki' };
const defaultDays = 30;

/** A day in milliseconds. */
export const day = 24 * 3600_000;

/** The log of a room on a real table, with a clock that the test moves. */
export function createTestLog(table: TestTable, room: string, retentionDays = defaultDays) {
  const { clock, store, rows } = createTestStore(table, { retentionDays });
  const send = (message = 'x') =>
    store.eventLog.append(room, author, { type: 'message', id: 'a', message });
  const edit = () =>
    store.eventLog.append(room, author, { type: 'edited', target: 1, message: 'y' });

  /** Takes the next seq and abandons it, as a retry after the write window does. */
  const abandon = async () => {
    const { seq } = await send();
    await rows.put({ ...logKey(room, 'M', seq), ...tombstone });
  };

  /** Takes the next seq, whose event is not written yet. */
  const allocate = async () => {
    const { seq } = await send();
    await rows.remove(logKey(room, 'M', seq));
  };

  /** Writes the rows of seqs without the counter: messages, or edits. */
  const write = async (prefix: 'M' | 'E', seqs: readonly number[], t = 'x') => {
    const row = { u: author.userId, n: author.name, at: clock.now, t };
    const kind = prefix === 'M' ? { i: 'a' } : { k: 'edited', g: 1 };
    await Promise.all(
      seqs.map((seq) => rows.put({ ...logKey(room, prefix, seq), ...row, ...kind })),
    );
  };

  const recover = async (after: number) => {
    const { events, ...page } = await store.recovery.eventsAfter(room, after);
    return { ...page, seqs: events.map(({ seq }) => seq) };
  };

  const lastSeq = () => store.recovery.lastSeq(room);
  const retentionMs = retentionDays * day;
  return { clock, retentionMs, send, edit, abandon, allocate, write, recover, lastSeq };
}
