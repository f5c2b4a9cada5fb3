import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('$disconnect', () => {
  it('removes every row of the connection, however many rooms it is in', async () => {
    const server = new TestServer(table);
    const rooms = new Set(Array.from({ length: 30 }, (_, index) => `room-${index}`));
    const connection = { connectionId: 'many=', userId: 'u', name: 'n', connectedAt: Date.now() };
    await server.store.connections.add({ ...connection, rooms });
    expect(await findRows(table, 'many=')).toHaveLength(32);

    expect(await server.disconnect('many=')).toEqual({ statusCode: 200 });
    expect(await findRows(table, 'many=')).toEqual([]);
  });

  it('leaves other connections alone', async () => {
    const server = new TestServer(table);
    const [one, two] = [await server.connect(), await server.connect()];
    await server.disconnect(one);
    expect(await findRows(table, two)).toHaveLength(3);
  });

  it('takes a second time, or an unknown connection, without complaint', async () => {
    const server = new TestServer(table);
    const id = await server.connect();
    await server.disconnect(id);
    expect(await server.disconnect(id)).toEqual({ statusCode: 200 });
    expect(await server.disconnect('never=')).toEqual({ statusCode: 200 });
  });
});
