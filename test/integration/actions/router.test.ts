import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('an invocation that runs out of time', () => {
  it('answers unavailable before it is cut off, and does nothing behind its answer', async () => {
    const answered = Promise.withResolvers<void>();
    const behind = Promise.withResolvers<unknown>();
    const slow = interceptTable(table, async ({ operation }, go) => {
      if (operation !== 'UpdateItem') return go();
      await answered.promise;
      const going = go();
      behind.resolve(going);
      return going;
    });
    const aki = await new TestServer(table).connect();
    const event = createGatewayEvent('MESSAGE', 'sendmessage', aki);
    const body = '{"action":"sendmessage","message":"x","id":"a1"}';
    const reply = await new TestServer(slow).invoke({ ...event, body }, 1_000);
    const error = { code: 'unavailable', retryable: true, id: 'a1' };
    expect(JSON.parse(reply.body ?? '')).toMatchObject(error);

    answered.resolve();
    await expect(behind.promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(await findRows(table, 'COUNTER')).toEqual([]);
  });
});
