import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let world: ValidWorld;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
});
afterEach(() => table.close());

const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };

describe('leaveroom', () => {
  it('is acked with the room', async () => {
    const aki = await world.enter('tea');
    expect(await world.send(aki, { ...leave, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'leaveroom',
      id: 'a1',
      room: 'tea',
    });
  });

  it('ends what arrives from the room, and from no other', async () => {
    const [aki, ben] = [await world.enter(['tea', 'cake']), await world.enter(['tea', 'cake'])];
    await world.ask(aki, leave);
    world.clear();
    await world.ask(ben, hello);
    await world.ask(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(world.taken(aki)).toEqual([]);
    await world.ask(ben, { ...hello, room: 'cake' });
    expect(world.taken(aki)).toMatchObject([{ type: 'message', room: 'cake' }]);
  });

  it('makes the room one that the connection is not in', async () => {
    const aki = await world.enter(['tea', 'cake']);
    await world.ask(aki, leave);
    expect(await world.send(aki, hello)).toMatchObject({ code: 'not_member' });
    expect(await world.send(aki, leave)).toMatchObject({ code: 'not_member' });
    expect(await world.send(aki, { ...hello, room: 'cake' })).toMatchObject({ type: 'ack' });
  });

  it('leaves no subscription behind', async () => {
    const aki = await world.enter('tea');
    const held = (await rowsOf(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    await world.ask(aki, leave);
    const left = (await rowsOf(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    expect([held.length, left.length]).toEqual([1, 0]);
  });

  it('is not_member for a room that one never was in', async () => {
    expect(await world.send(await world.connect(), leave)).toMatchObject({ code: 'not_member' });
  });

  it('leaves the lobby, too, and the connection lives on without any room', async () => {
    const [aki, ben] = [await world.connect(), await world.connect()];
    expect(await world.send(aki, { action: 'leaveroom', room: 'lobby' })).toEqual({
      type: 'ack',
      action: 'leaveroom',
      room: 'lobby',
    });
    await world.ask(ben, { action: 'sendmessage', message: 'hello' });
    expect(world.taken(aki)).toEqual([]);
    expect(await world.ask(aki, { action: 'listrooms' })).toMatchObject({ rooms: [] });
    expect(await world.send(aki, { action: 'history' })).toMatchObject({ code: 'not_member' });
    expect(await world.ask(aki, { action: 'joinroom', room: 'lobby' })).toMatchObject({ seq: 1 });
  });

  it('is about this connection alone, not the person’s others', async () => {
    const key = 'one-person-on-two-connections';
    const [phone, laptop] = [await world.enter('tea', { key }), await world.enter('tea', { key })];
    const ben = await world.enter('tea');
    await world.ask(phone, leave);
    world.clear();
    await world.ask(ben, hello);
    expect(world.taken(phone)).toEqual([]);
    expect(world.taken(laptop)).toMatchObject([{ type: 'message' }]);
    expect(await world.send(laptop, hello)).toMatchObject({ type: 'ack' });
  });

  it('is undone by joining again', async () => {
    const [aki, ben] = [await world.enter('tea'), await world.enter('tea')];
    await world.ask(aki, leave);
    await world.ask(aki, { action: 'joinroom', room: 'tea' });
    world.clear();
    await world.ask(ben, hello);
    expect(world.taken(aki)).toMatchObject([{ type: 'message' }]);
  });
});
