import { openTable, type TestTable } from '../../helpers/database.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let world: ValidWorld;

beforeAll(async () => {
  table = await openTable();
  world = new ValidWorld(table);
});
afterAll(() => table.close());

describe('identity', () => {
  it('tells what the events of the connection bear as `from`', async () => {
    const [aki, ben] = [await world.enter('tea', { name: 'Aki' }), await world.enter('tea')];
    world.clear();
    const { userId, name } = await world.ask(aki, { action: 'identity' });
    await world.ask(aki, { action: 'sendmessage', room: 'tea', message: 'hello' });
    expect(name).toBe('Aki');
    expect(world.taken(ben)).toMatchObject([{ from: { userId, name } }]);
  });

  it('is the same for the same key, on every connection', async () => {
    const key = 'kept-by-the-client-0001';
    const [one, other] = [await world.connect({ key }), await world.connect({ key })];
    const { userId } = await world.ask(one, { action: 'identity' });
    expect(await world.ask(other, { action: 'identity' })).toMatchObject({ userId });
  });

  it('is unknown to a connection that the table does not know', async () => {
    const reply = await world.send('nobody=', { action: 'identity' });
    expect(reply).toMatchObject({ type: 'error', code: 'unauthenticated' });
  });
});
