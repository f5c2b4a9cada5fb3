import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let server: StrictTestServer;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
  [aki, ben] = [await server.connectTo('tea', { key }), await server.connectTo('tea')];
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';

const say = (id: string) => server.request(id, { action: 'sendmessage', message: 'hello', room });
const mark = (id: string, seq: number) => server.request(id, { action: 'markread', seq, room });
const remove = (id: string, seq: number) =>
  server.request(id, { action: 'deletemessage', seq, room });

/** What the list says of the room `tea`. */
async function getTea(id: string): Promise<Frame> {
  const { rooms } = await server.request(id, { action: 'listrooms' });
  return rooms.find((listed: Frame) => listed['room'] === room);
}

describe('listrooms', () => {
  it('lists the rooms of this connection alone, sorted', async () => {
    for (const name of ['tea-2', '9-lives', 'cake']) {
      await server.request(aki, { action: 'joinroom', room: name });
    }
    const phone = await server.connectTo('zoo', { key });
    const ack = await server.send(aki, { action: 'listrooms', id: 'a1' });
    const empty = { seq: 0, read: 0, unread: 0 };
    const names = ['9-lives', 'cake', 'lobby', 'tea', 'tea-2'];
    expect(ack).toEqual({
      type: 'ack',
      action: 'listrooms',
      id: 'a1',
      rooms: names.map((name) => ({ room: name, ...empty })),
    });
    const { rooms } = await server.request(phone, { action: 'listrooms' });
    expect(rooms.map((listed: Frame) => listed['room'])).toEqual(['lobby', 'zoo']);
  });

  it('tells of each room apart what is new in it', async () => {
    await say(ben);
    await server.request(ben, { action: 'sendmessage', message: 'in the lobby' });
    await server.request(ben, { action: 'sendmessage', message: 'again' });
    const { rooms } = await server.request(aki, { action: 'listrooms' });
    expect(rooms).toEqual([
      { room: 'lobby', seq: 2, read: 0, unread: 2 },
      { room, seq: 1, read: 0, unread: 1 },
    ]);
  });

  it('counts others’ messages, but not one’s own, on whatever connection', async () => {
    const phone = await server.connectTo(room, { key });
    for (const id of [aki, ben, phone, ben, aki]) await say(id);
    expect(await getTea(aki)).toEqual({ room, seq: 5, read: 0, unread: 2 });
    expect(await getTea(ben)).toEqual({ room, seq: 5, read: 0, unread: 3 });
  });

  it('counts no edits, reactions or deletions', async () => {
    await say(ben);
    await say(ben);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    await server.request(ben, { action: 'react', seq: 1, emoji: '👍', room });
    expect(await getTea(aki)).toEqual({ room, seq: 4, read: 0, unread: 2 });
    await remove(ben, 2);
    expect(await getTea(aki)).toEqual({ room, seq: 5, read: 0, unread: 1 });
  });

  it('counts what is behind the mark, right after it was moved', async () => {
    for (let message = 0; message < 4; message += 1) await say(ben);
    await mark(aki, 3);
    expect(await getTea(aki)).toEqual({ room, seq: 4, read: 3, unread: 1 });
    await mark(aki, 4);
    expect(await getTea(aki)).toEqual({ room, seq: 4, read: 4, unread: 0 });
    await say(ben);
    expect(await getTea(aki)).toEqual({ room, seq: 5, read: 4, unread: 1 });
  });

  it('takes off a message deleted behind the mark, and nothing for one before it', async () => {
    for (let message = 0; message < 4; message += 1) await say(ben);
    await mark(aki, 2);
    await remove(ben, 1);
    expect(await getTea(aki)).toMatchObject({ read: 2, unread: 2 });
    await remove(ben, 4);
    expect(await getTea(aki)).toMatchObject({ read: 2, unread: 1 });
  });

  it('does not count again what is edited behind the mark', async () => {
    await say(ben);
    await mark(aki, 1);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    expect(await getTea(aki)).toEqual({ room, seq: 2, read: 1, unread: 0 });
  });

  it('counts to 100', async () => {
    await server.seedMessages(room, await server.getUser(ben), 99);
    expect(await getTea(aki)).toMatchObject({ seq: 99, unread: 99 });
    await say(ben);
    expect(await getTea(aki)).toMatchObject({ seq: 100, unread: 100 });
    await server.seedMessages(room, await server.getUser(ben), 20);
    expect(await getTea(aki)).toMatchObject({ seq: 120, unread: 100 });
    await mark(aki, 20);
    expect(await getTea(aki)).toMatchObject({ read: 20, unread: 100 });
    await mark(aki, 21);
    expect(await getTea(aki)).toMatchObject({ read: 21, unread: 99 });
  });

  it('counts to 100 others’ messages among any number of one’s own', async () => {
    await server.seedMessages(room, await server.getUser(ben), 60);
    await server.seedMessages(room, await server.getUser(aki), 150);
    await server.seedMessages(room, await server.getUser(ben), 30);
    expect(await getTea(aki)).toMatchObject({ seq: 240, unread: 90 });
  });

  it('shows the person’s mark on every connection of theirs, and to nobody else', async () => {
    const phone = await server.connectTo(room, { key });
    await say(ben);
    await say(ben);
    await mark(aki, 1);
    expect(await getTea(phone)).toEqual({ room, seq: 2, read: 1, unread: 1 });
    expect(await getTea(ben)).toEqual({ room, seq: 2, read: 0, unread: 0 });
  });

  it('keeps the mark of a room that one leaves and joins again', async () => {
    await say(ben);
    await mark(aki, 1);
    await server.request(aki, { action: 'leaveroom', room });
    expect(await getTea(aki)).toBeUndefined();
    await server.request(aki, { action: 'joinroom', room });
    expect(await getTea(aki)).toMatchObject({ read: 1, unread: 0 });
  });
});
