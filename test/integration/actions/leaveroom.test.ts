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

const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };

describe('leaveroom', () => {
  it('is acked with the room', async () => {
    const aki = await server.connectTo('tea');
    expect(await server.send(aki, { ...leave, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'leaveroom',
      id: 'a1',
      room: 'tea',
    });
  });

  it('ends what arrives from the room, and from no other', async () => {
    const [aki, ben] = [
      await server.connectTo(['tea', 'cake']),
      await server.connectTo(['tea', 'cake']),
    ];
    await server.request(aki, leave);
    server.clearPushed();
    await server.request(ben, hello);
    await server.request(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(server.drainPushed(aki)).toEqual([]);
    await server.request(ben, { ...hello, room: 'cake' });
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'message', room: 'cake' }]);
  });

  it('makes the room one that the connection is not in', async () => {
    const aki = await server.connectTo(['tea', 'cake']);
    await server.request(aki, leave);
    expect(await server.send(aki, hello)).toMatchObject({ code: 'not_member' });
    expect(await server.send(aki, leave)).toMatchObject({ code: 'not_member' });
    expect(await server.send(aki, { ...hello, room: 'cake' })).toMatchObject({ type: 'ack' });
  });

  it('leaves no subscription behind', async () => {
    const aki = await server.connectTo('tea');
    const held = (await findRows(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    await server.request(aki, leave);
    const left = (await findRows(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    expect([held.length, left.length]).toEqual([1, 0]);
  });

  it('is not_member for a room that one never was in', async () => {
    expect(await server.send(await server.connect(), leave)).toMatchObject({ code: 'not_member' });
  });

  it('leaves the lobby, too, and the connection lives on without any room', async () => {
    const [aki, ben] = [await server.connect(), await server.connect()];
    expect(await server.send(aki, { action: 'leaveroom', room: 'lobby' })).toEqual({
      type: 'ack',
      action: 'leaveroom',
      room: 'lobby',
    });
    await server.request(ben, { action: 'sendmessage', message: 'hello' });
    expect(server.drainPushed(aki)).toEqual([]);
    expect(await server.request(aki, { action: 'listrooms' })).toMatchObject({ rooms: [] });
    expect(await server.send(aki, { action: 'history' })).toMatchObject({ code: 'not_member' });
    expect(await server.request(aki, { action: 'joinroom', room: 'lobby' })).toMatchObject({
      seq: 1,
    });
  });

  it('is about this connection alone, not the person’s others', async () => {
    const key = 'one-person-on-two-connections';
    const [phone, laptop] = [
      await server.connectTo('tea', { key }),
      await server.connectTo('tea', { key }),
    ];
    const ben = await server.connectTo('tea');
    await server.request(phone, leave);
    server.clearPushed();
    await server.request(ben, hello);
    expect(server.drainPushed(phone)).toEqual([]);
    expect(server.drainPushed(laptop)).toMatchObject([{ type: 'message' }]);
    expect(await server.send(laptop, hello)).toMatchObject({ type: 'ack' });
  });

  it('is undone by joining again', async () => {
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(aki, leave);
    await server.request(aki, { action: 'joinroom', room: 'tea' });
    server.clearPushed();
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'message' }]);
  });
});
