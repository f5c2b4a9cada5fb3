import { counterKey } from '../../../../src/server/store/keys.ts';
import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { isSeqAllocation } from '../../../helpers/table-calls.ts';
import { createTestStore } from '../../../helpers/test-store.ts';
import { author, createLog, hello, writeWindowMs } from './stalled-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

type TestLog = ReturnType<typeof createLog>;

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
      if (isSeqAllocation(call)) clock.now += writeWindowMs;
      return output;
    });
    const { append, appendWithoutId, readSeqs } = createLog(table, 'slow', slow, clock);
    await expect(append()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(appendWithoutId()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readSeqs()).toEqual([]);
  });
});

describe('EventLog.append: its cost', () => {
  /** Returns the operations of the appends to a room that has one message. */
  async function listOperations(room: string, append: (log: TestLog) => Promise<unknown>) {
    await createLog(table, room).append();
    const operations: string[] = [];
    const recorded = interceptTable(table, ({ operation }, proceed) => {
      operations.push(operation);
      return proceed();
    });
    await append(createLog(table, room, recorded));
    return operations;
  }

  it.each<[string, (log: TestLog) => Promise<unknown>, string[]]>([
    ['with an id', ({ append }) => append('a2'), ['UpdateItem', 'PutItem', 'PutItem']],
    ['without an id', ({ appendWithoutId }) => appendWithoutId(), ['UpdateItem', 'PutItem']],
    [
      'of a rejected retry',
      ({ append }) => append(hello.id, async () => 'not_found'),
      ['GetItem', 'GetItem'],
    ],
  ])('is these calls %s', async (name, append, operations) => {
    expect(await listOperations(`cost-${name.replaceAll(' ', '-')}`, append)).toEqual(operations);
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

  it('keeps the shortest retention of two servers that shorten it at the same time', async () => {
    const clock = { now: 1_000_000 };
    const appendWith = async (retentionDays: number, on: TestTable = table) => {
      const { dynamoClient } = on;
      const { store, rows } = createTestStore(table, { clock, retentionDays, dynamoClient });
      await store.eventLog.append('raced', author, hello);
      return rows.get(counterKey('raced'));
    };
    await appendWith(30);
    const held = holdFirst(table, ({ input }) =>
      String(input['UpdateExpression']).startsWith('SET keptDays'),
    );
    const longer = appendWith(7, held.table);
    await held.reached;
    expect(await appendWith(5)).toMatchObject({ keptDays: 5 });
    held.release();
    expect(await longer).toMatchObject({ keptDays: 5 });
  });
});
