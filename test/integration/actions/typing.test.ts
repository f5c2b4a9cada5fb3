import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';

describeAction('typing', withoutMembers, (fixture) => {
  it.each([true, false])('pushes typing = %s to the other members', async (typing) => {
    const { server } = fixture();
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

  it('defaults to the lobby', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connect(), await server.connect()];
    expect(await server.request(aki, { action: 'typing', typing: true })).toMatchObject({
      room: 'lobby',
    });
    expect(server.drainPushed(ben)).toMatchObject([
      { type: 'typing', room: 'lobby', typing: true },
    ]);
  });

  it('pushes each repeated event', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connect(), await server.connect()];
    await server.request(aki, { action: 'typing', typing: true });
    await server.request(aki, { action: 'typing', typing: true });
    expect(server.drainPushed(ben)).toHaveLength(2);
  });

  it('stores nothing', async () => {
    const { table, server } = fixture();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    const before = await findRows(table, '');
    await server.request(aki, { action: 'typing', id: 'a1', typing: true, room: 'tea' });
    await server.request(aki, { action: 'typing', id: 'a1', typing: false, room: 'tea' });
    expect(await findRows(table, '')).toEqual(before);
    const ack = await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(ack).toMatchObject({ seq: 0, events: [] });
  });
});
