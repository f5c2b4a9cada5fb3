import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let server: StrictTestServer;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
});
afterEach(() => table.close());

describe('typing', () => {
  it.each([true, false])('tells the others in the room that it is %s', async (typing) => {
    const [aki, ben] = [
      await server.connectTo('tea', { name: 'Aki' }),
      await server.connectTo('tea'),
    ];
    server.clearPushed();
    const ack = await server.send(aki, { action: 'typing', id: 'a1', typing, room: 'tea' });
    expect(ack).toEqual({ type: 'ack', action: 'typing', id: 'a1', room: 'tea' });
    const from = await server.getUser(aki);
    expect(server.drainPushed(ben)).toEqual([{ type: 'typing', room: 'tea', from, typing }]);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('is about the lobby where no room is named', async () => {
    const [aki, ben] = [await server.connect(), await server.connect()];
    expect(await server.request(aki, { action: 'typing', typing: true })).toMatchObject({
      room: 'lobby',
    });
    expect(server.drainPushed(ben)).toMatchObject([
      { type: 'typing', room: 'lobby', typing: true },
    ]);
  });

  it('is told each time, even if nothing is new', async () => {
    const [aki, ben] = [await server.connect(), await server.connect()];
    await server.request(aki, { action: 'typing', typing: true });
    await server.request(aki, { action: 'typing', typing: true });
    expect(server.drainPushed(ben)).toHaveLength(2);
  });

  it('is never stored', async () => {
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    const before = await findRows(table, '');
    await server.request(aki, { action: 'typing', id: 'a1', typing: true, room: 'tea' });
    await server.request(aki, { action: 'typing', id: 'a1', typing: false, room: 'tea' });
    expect(await findRows(table, '')).toEqual(before);
    const ack = await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(ack).toMatchObject({ seq: 0, events: [] });
  });
});
