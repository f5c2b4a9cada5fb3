import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let server: StrictTestServer;

beforeAll(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
});
afterAll(() => table.close());

describe('identity', () => {
  it('tells what the events of the connection bear as `from`', async () => {
    const [aki, ben] = [
      await server.connectTo('tea', { name: 'Aki' }),
      await server.connectTo('tea'),
    ];
    server.clearPushed();
    const { userId, name } = await server.request(aki, { action: 'identity' });
    await server.request(aki, { action: 'sendmessage', room: 'tea', message: 'hello' });
    expect(name).toBe('Aki');
    expect(server.drainPushed(ben)).toMatchObject([{ from: { userId, name } }]);
  });

  it('is the same for the same key, on every connection', async () => {
    const key = 'kept-by-the-client-0001';
    const [one, other] = [await server.connect({ key }), await server.connect({ key })];
    const { userId } = await server.request(one, { action: 'identity' });
    expect(await server.request(other, { action: 'identity' })).toMatchObject({ userId });
  });

  it('is unknown to a connection that the table does not know', async () => {
    const reply = await server.send('nobody=', { action: 'identity' });
    expect(reply).toMatchObject({ type: 'error', code: 'unauthenticated' });
  });
});
