import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { createTestLog } from './test-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const createLog = (room: string) => createTestLog(table, room);

/** Returns the integers from `first` to `last`. */
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('Recovery.eventsAfter: a page', () => {
  it('has the messages and the other events in the order of the log', async () => {
    const { send, edit, recover } = createLog('mixed');
    for (const append of [send, edit, edit, send, edit]) await append();
    expect(await recover(1)).toEqual({
      seqs: [2, 3, 4, 5],
      more: false,
      lastReadSeq: 5,
      recovered: true,
    });
  });

  it('is empty after the last seq', async () => {
    const { send, recover } = createLog('read');
    await send();
    expect(await recover(1)).toEqual({ seqs: [], more: false, lastReadSeq: 0, recovered: true });
  });

  it('is the last one if it has exactly a hundred events', async () => {
    const { write, recover } = createLog('hundred');
    await write('M', range(1, 100));
    const page = await recover(0);
    expect(page).toMatchObject({ seqs: range(1, 100), more: false, lastReadSeq: 100 });
  });

  it.each(['M', 'E'] as const)(
    'is followed by another after a hundred rows of %s',
    async (prefix) => {
      const room = `more-${prefix}`;
      const { write, recover } = createLog(room);
      await write(prefix, range(1, 101));
      expect(await recover(0)).toMatchObject({ seqs: range(1, 100), more: true });
      expect(await recover(100)).toMatchObject({ seqs: [101], more: false });
    },
  );

  it('is followed by another if messages and edits exceed a hundred together', async () => {
    const { write, recover } = createLog('together');
    await write('M', range(1, 60));
    await write('E', range(61, 120));
    expect(await recover(0)).toMatchObject({ seqs: range(1, 100), more: true });
    expect(await recover(100)).toMatchObject({ seqs: range(101, 120), more: false });
  });

  it('skips no event of one kind where the page of the other kind ends', async () => {
    const { write, recover } = createLog('uneven');
    await write('M', range(1, 150));
    await write('E', range(151, 152));
    expect(await recover(0)).toMatchObject({ seqs: range(1, 100), more: true });
    expect(await recover(100)).toMatchObject({ seqs: range(101, 152), more: false });
  });

  it('ends early with long events, and skips none of them', async () => {
    const { write, recover } = createLog('long');
    const long = '茶'.repeat(4_000);
    await write('M', range(1, 30), long);
    await write('E', [31]);
    const first = await recover(0);
    // Twelve thousand bytes each: the eleventh exceeds the list of a frame.
    expect(first).toMatchObject({ seqs: range(1, 11), more: true });
    expect(await recover(22)).toMatchObject({ seqs: range(23, 31), more: false });
  });

  it('has no abandoned seq, but has read it', async () => {
    const { send, abandon, recover } = createLog('abandoned');
    await send();
    await abandon();
    expect(await recover(0)).toMatchObject({ seqs: [1], more: false, lastReadSeq: 2 });
  });

  it('has no event that has expired', async () => {
    const { clock, send, recover, retentionMs } = createLog('expired');
    await send();
    clock.now += retentionMs - 1;
    expect(await recover(0)).toMatchObject({ seqs: [1] });
    clock.now += 1;
    expect(await recover(0)).toMatchObject({ seqs: [] });
  });
});

describe('Recovery.eventsAfter: its cost', () => {
  it('is three reads and few additional rows for the messages of a page of a long log', async () => {
    const rowsOfReads: number[] = [];
    const countedTable = interceptTable(table, async ({ operation, sk }, proceed) => {
      const output = await proceed();
      if (operation === 'Query' && sk.startsWith('M')) rowsOfReads.push(output.Items?.length ?? 0);
      return output;
    });
    const { write, recover } = createTestLog(countedTable, 'cost');
    await write('M', range(1, 400));
    await recover(0);
    expect(rowsOfReads).toEqual([20, 40, 80]);
  });
});
