import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createTestStore } from '../../../helpers/test-store.ts';
import { author, createLog, hello, takesSeq, writeWindowMs } from './stalled-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const day = 24 * 3600_000;

describe('EventLog.append: one attempt', () => {
  it('returns the event as the log has it, under the next seq', async () => {
    const { clock, append, readSeqs } = createLog(table, 'plain');
    const sentAt = new Date(clock.now).toISOString();
    const event = { ...hello, room: 'plain', seq: 1, from: author, sentAt };
    expect(await append()).toEqual(event);
    expect(await append('a2')).toEqual({ ...event, seq: 2 });
    expect(await readSeqs()).toEqual([1, 2]);
  });

  it('remembers its id for a day', async () => {
    const { clock, append, readClaim } = createLog(table, 'claimed');
    clock.now += 999;
    await append();
    const ttl = Number((await readClaim())?.['ttl']);
    expect(ttl).toBe(Math.floor((clock.now + day) / 1_000));
  });

  it('stores nothing of the id without one', async () => {
    const { appendWithoutId, readClaim, readSeqs } = createLog(table, 'anonymous');
    expect([(await appendWithoutId()).seq, (await appendWithoutId()).seq]).toEqual([1, 2]);
    expect(await readClaim()).toBeUndefined();
    expect(await readSeqs()).toEqual([1, 2]);
  });

  it('writes nothing if its window ends first, and says that a retry may succeed', async () => {
    const clock = { now: 0 };
    const slow = interceptTable(table, async (call, proceed) => {
      const output = await proceed();
      if (takesSeq(call)) clock.now += writeWindowMs;
      return output;
    });
    const { append, appendWithoutId, readSeqs } = createLog(table, 'slow', slow, clock);
    await expect(append()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(appendWithoutId()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readSeqs()).toEqual([]);
  });
});

describe('EventLog.append: the counter', () => {
  it('keeps the shortest retention and the start of the room', async () => {
    const clock = { now: 1_000_000 };
    const appendWith = async (retentionDays: number) => {
      const { store } = createTestStore(table, { clock, retentionDays });
      await store.eventLog.append('kept', author, hello);
      const [counter] = (await findRows(table, 'ROOM#kept')).filter(({ sk }) => sk === 'COUNTER');
      return counter;
    };
    expect(await appendWith(30)).toMatchObject({ seq: 1, createdAt: 1_000_000, keptDays: 30 });
    clock.now += day;
    expect(await appendWith(7)).toMatchObject({ seq: 2, createdAt: 1_000_000, keptDays: 7 });
    expect(await appendWith(90)).toMatchObject({ seq: 3, keptDays: 7 });
  });
});
