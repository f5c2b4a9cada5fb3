import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { World } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

describe('$disconnect', () => {
  it('removes every row of the connection, however many rooms it is in', async () => {
    const world = new World(table);
    const rooms = new Set(Array.from({ length: 30 }, (_, index) => `room-${index}`));
    const connection = { connectionId: 'many=', userId: 'u', name: 'n', connectedAt: Date.now() };
    await world.store.connections.add({ ...connection, rooms });
    expect(await rowsOf(table, 'many=')).toHaveLength(32);

    expect(await world.disconnect('many=')).toEqual({ statusCode: 200 });
    expect(await rowsOf(table, 'many=')).toEqual([]);
  });

  it('leaves other connections alone', async () => {
    const world = new World(table);
    const [one, two] = [await world.connect(), await world.connect()];
    await world.disconnect(one);
    expect(await rowsOf(table, two)).toHaveLength(3);
  });

  it('takes a second time, or an unknown connection, without complaint', async () => {
    const world = new World(table);
    const id = await world.connect();
    await world.disconnect(id);
    expect(await world.disconnect(id)).toEqual({ statusCode: 200 });
    expect(await world.disconnect('never=')).toEqual({ statusCode: 200 });
  });
});
