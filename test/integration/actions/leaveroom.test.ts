import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';

const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };

describeAction('leaveroom', withoutMembers, (fixture) => {
  it('acks with the room', async () => {
    const { server } = fixture();
    const aki = await server.connectTo('tea');
    expect(await server.send(aki, { ...leave, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'leaveroom',
      id: 'a1',
      room: 'tea',
    });
  });

  it('[SEC-053] stops the events of that room only', async () => {
    const { server } = fixture();
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

  it('ends the membership of that room only', async () => {
    const { server } = fixture();
    const aki = await server.connectTo(['tea', 'cake']);
    await server.request(aki, leave);
    expect(await server.send(aki, hello)).toMatchObject({ code: 'not_member' });
    expect(await server.send(aki, leave)).toMatchObject({ code: 'not_member' });
    expect(await server.send(aki, { ...hello, room: 'cake' })).toMatchObject({ type: 'ack' });
  });

  it('removes the subscription', async () => {
    const { table, server } = fixture();
    const aki = await server.connectTo('tea');
    const before = (await findRows(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    await server.request(aki, leave);
    const after = (await findRows(table, aki)).filter(({ pk }) => pk === 'ROOM#tea');
    expect([before.length, after.length]).toEqual([1, 0]);
  });

  it('rejects a room that the connection never joined', async () => {
    const { server } = fixture();
    expect(await server.send(await server.connect(), leave)).toMatchObject({ code: 'not_member' });
  });

  it('leaves the lobby and keeps the connection, which may be in no room', async () => {
    const { server } = fixture();
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

  it('leaves the room on this connection only, not on others of the user', async () => {
    const { server } = fixture();
    const key = 'one-user-on-two-connections';
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

  it('lets the connection join again', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(aki, leave);
    await server.request(aki, { action: 'joinroom', room: 'tea' });
    server.clearPushed();
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'message' }]);
  });
});
