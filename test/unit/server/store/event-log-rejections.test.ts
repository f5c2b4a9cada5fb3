import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { isLogWrite } from '../../../helpers/table-calls.ts';
import { createLog, hello, stall } from './stalled-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('EventLog.append: a rejection', () => {
  const reject = async () => 'not_found' as const;

  it('comes before the write if the state changes after the seq is taken', async () => {
    const { append, readSeqs } = createLog(table, 'changed');
    let checks = 0;
    const check = async () => {
      checks += 1;
      return checks === 1 ? undefined : ('not_found' as const);
    };
    await expect(append(hello.id, check)).rejects.toMatchObject({ code: 'not_found' });
    expect(checks).toBe(2);
    expect(await readSeqs()).toEqual([]);
    // It holds for every other attempt, too.
    await expect(append(hello.id, reject)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is final for an attempt whose write is still on its way', async () => {
    const { append, appended, release, readSeqs } = await stall(table, 'final', isLogWrite);
    await expect(append(hello.id, reject)).rejects.toMatchObject({ code: 'not_found' });
    release();
    await expect(appended).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readSeqs()).toEqual([]);
  });

  it('does not come if the event is written just before the seq would be abandoned', async () => {
    const { append, appended, release, readSeqs, clock } = await stall(table, 'just', isLogWrite);
    const seals = holdFirst(table, ({ operation, sk, input }) => {
      const item = Object(input['Item']);
      return operation === 'PutItem' && /^M\d/.test(sk) && 'sealed' in item;
    });
    const rejected = createLog(table, 'just', seals.table, clock).append(hello.id, reject);
    await seals.reached;
    release();
    const event = await appended;
    seals.release();
    expect(await rejected).toEqual(event);
    expect(await readSeqs()).toEqual([1]);
    expect(await append(hello.id, reject)).toEqual(event);
  });
});
