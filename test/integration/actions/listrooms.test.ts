import { akisKey, describeAction, withTwoMembers } from '../../helpers/describe-action.ts';
import type { Frame } from '../../helpers/test-server.ts';

const room = 'tea';

describeAction('listrooms', withTwoMembers, (fixture) => {
  const request = (id: string, frame: Frame) => fixture().server.request(id, { ...frame, room });
  const send = (id: string) => request(id, { action: 'sendmessage', message: 'hello' });
  const markRead = (id: string, seq: number) => request(id, { action: 'markread', seq });
  const remove = (id: string, seq: number) => request(id, { action: 'deletemessage', seq });

  /** Finds the room `tea` in the list. */
  async function findTea(id: string): Promise<Frame> {
    const { rooms } = await fixture().server.request(id, { action: 'listrooms' });
    return rooms.find((listed: Frame) => listed['room'] === room);
  }

  it('lists the rooms of this connection only, sorted', async () => {
    const { server, aki } = fixture();
    for (const name of ['tea-2', '9-lives', 'cake']) {
      await server.request(aki, { action: 'joinroom', room: name });
    }
    const phone = await server.connectTo('zoo', { key: akisKey });
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

  it('counts the unread messages of each room', async () => {
    const { server, aki, ben } = fixture();
    await send(ben);
    await server.request(ben, { action: 'sendmessage', message: 'in the lobby' });
    await server.request(ben, { action: 'sendmessage', message: 'again' });
    const { rooms } = await server.request(aki, { action: 'listrooms' });
    expect(rooms).toEqual([
      { room: 'lobby', seq: 2, read: 0, unread: 2 },
      { room, seq: 1, read: 0, unread: 1 },
    ]);
  });

  it('counts the messages of others, but not those of the user on any connection', async () => {
    const { server, aki, ben } = fixture();
    const phone = await server.connectTo(room, { key: akisKey });
    for (const id of [aki, ben, phone, ben, aki]) await send(id);
    expect(await findTea(aki)).toEqual({ room, seq: 5, read: 0, unread: 2 });
    expect(await findTea(ben)).toEqual({ room, seq: 5, read: 0, unread: 3 });
  });

  it('counts no edits, reactions or deletions', async () => {
    const { server, aki, ben } = fixture();
    await send(ben);
    await send(ben);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    await server.request(ben, { action: 'react', seq: 1, emoji: '👍', room });
    expect(await findTea(aki)).toEqual({ room, seq: 4, read: 0, unread: 2 });
    await remove(ben, 2);
    expect(await findTea(aki)).toEqual({ room, seq: 5, read: 0, unread: 1 });
  });

  it('counts the messages after the read marker as soon as it moves', async () => {
    const { aki, ben } = fixture();
    for (let message = 0; message < 4; message += 1) await send(ben);
    await markRead(aki, 3);
    expect(await findTea(aki)).toEqual({ room, seq: 4, read: 3, unread: 1 });
    await markRead(aki, 4);
    expect(await findTea(aki)).toEqual({ room, seq: 4, read: 4, unread: 0 });
    await send(ben);
    expect(await findTea(aki)).toEqual({ room, seq: 5, read: 4, unread: 1 });
  });

  it('subtracts a message deleted after the read marker, but not one before it', async () => {
    const { aki, ben } = fixture();
    for (let message = 0; message < 4; message += 1) await send(ben);
    await markRead(aki, 2);
    await remove(ben, 1);
    expect(await findTea(aki)).toMatchObject({ read: 2, unread: 2 });
    await remove(ben, 4);
    expect(await findTea(aki)).toMatchObject({ read: 2, unread: 1 });
  });

  it('does not count a read message again after an edit', async () => {
    const { server, aki, ben } = fixture();
    await send(ben);
    await markRead(aki, 1);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    expect(await findTea(aki)).toEqual({ room, seq: 2, read: 1, unread: 0 });
  });

  it('counts to 100', async () => {
    const { server, aki, ben } = fixture();
    await server.seedMessages(room, await server.getUser(ben), 99);
    expect(await findTea(aki)).toMatchObject({ seq: 99, unread: 99 });
    await send(ben);
    expect(await findTea(aki)).toMatchObject({ seq: 100, unread: 100 });
    await server.seedMessages(room, await server.getUser(ben), 20);
    expect(await findTea(aki)).toMatchObject({ seq: 120, unread: 100 });
    await markRead(aki, 20);
    expect(await findTea(aki)).toMatchObject({ read: 20, unread: 100 });
    await markRead(aki, 21);
    expect(await findTea(aki)).toMatchObject({ read: 21, unread: 99 });
  });

  it('counts the messages of others among any number of the user’s own', async () => {
    const { server, aki, ben } = fixture();
    await server.seedMessages(room, await server.getUser(ben), 60);
    await server.seedMessages(room, await server.getUser(aki), 150);
    await server.seedMessages(room, await server.getUser(ben), 30);
    expect(await findTea(aki)).toMatchObject({ seq: 240, unread: 90 });
  });

  it('shows the read marker on every connection of its user, and to no other user', async () => {
    const { server, aki, ben } = fixture();
    const phone = await server.connectTo(room, { key: akisKey });
    await send(ben);
    await send(ben);
    await markRead(aki, 1);
    expect(await findTea(phone)).toEqual({ room, seq: 2, read: 1, unread: 1 });
    expect(await findTea(ben)).toEqual({ room, seq: 2, read: 0, unread: 0 });
  });

  it('keeps the read marker of a room that the user leaves and joins again', async () => {
    const { server, aki, ben } = fixture();
    await send(ben);
    await markRead(aki, 1);
    await server.request(aki, { action: 'leaveroom', room });
    expect(await findTea(aki)).toBeUndefined();
    await server.request(aki, { action: 'joinroom', room });
    expect(await findTea(aki)).toMatchObject({ read: 1, unread: 0 });
  });
});
