import { logKey } from '../../../../src/server/store/keys.ts';
import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { isClaimWrite, isLogWrite } from '../../../helpers/table-calls.ts';
import { createLog, stall, writeWindowMs } from './stalled-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('EventLog.append: a retry', () => {
  it('completes the first attempt within its window, which then skips the seq of the retry', async () => {
    const { clock, append, appended, release, readSeqs } = await stall(table, 'within', isLogWrite);
    clock.now += writeWindowMs - 1;
    const event = await append();
    expect(event.seq).toBe(1);
    release();
    expect(await appended).toEqual(event);
    expect(await readSeqs()).toEqual([1]);
  });

  it('takes a seq of its own after that window, and abandons the former one', async () => {
    const { clock, rows, append, appended, release, readSeqs, readClaim } = await stall(
      table,
      'after',
      isLogWrite,
    );
    clock.now += writeWindowMs;
    const event = await append();
    expect(event.seq).toBe(2);
    expect(await rows.get(logKey('after', 'M', 1))).toMatchObject({
      sealed: true,
      ttl: expect.any(Number),
    });
    expect(await readClaim()).toMatchObject({ seq: 2 });
    release();
    expect(await appended).toEqual(event);
    expect(await append()).toEqual(event);
    expect(await readSeqs()).toEqual([2]);
  });

  it('finds the event of an attempt that wrote it and never knew', async () => {
    const { clock, append, readSeqs } = await stall(table, 'written', isLogWrite, 'after');
    clock.now += 10 * writeWindowMs;
    expect((await append()).seq).toBe(1);
    expect(await readSeqs()).toEqual([1]);
  });

  it('has one effect if it claims the id first', async () => {
    const { append, appended, release, readSeqs } = await stall(table, 'overtaken', isClaimWrite);
    const event = await append();
    release();
    expect(await appended).toEqual(event);
    expect(await readSeqs()).toEqual([event.seq]);
  });

  it('has one effect with others, if all find an abandoned seq at once', async () => {
    const { clock, append, appended, release, readSeqs } = await stall(table, 'crowd', isLogWrite);
    clock.now += writeWindowMs;
    const events = await Promise.all(Array.from({ length: 6 }, () => append()));
    release();
    expect(new Set([...events, await appended].map(({ seq }) => seq)).size).toBe(1);
    expect(await readSeqs()).toEqual([events[0]?.seq]);
  });

  it('gives up after several rounds if other attempts abandon each seq that it finds', async () => {
    let rounds = 0;
    // Each round finds another claim, whose seq is abandoned.
    const contended = interceptTable(table, async (call, proceed) => {
      if (call.operation !== 'GetItem' || !call.pk.startsWith('CLAIM#')) return proceed();
      rounds += 1;
      const seq = 1_000 + rounds;
      await table.dynamoClient('PutItem', {
        TableName: table.tableName,
        Item: { ...logKey('contended', 'M', seq), sealed: true },
      });
      return { Item: { seq, takenAt: 0, sentAt: 0 } };
    });
    const { append: claim } = createLog(table, 'contended');
    await claim();
    const { append } = createLog(table, 'contended', contended);
    await expect(append()).rejects.toMatchObject({ code: 'unavailable' });
    expect(rounds).toBeGreaterThan(2);
    expect(rounds).toBeLessThan(20);
  });
});
