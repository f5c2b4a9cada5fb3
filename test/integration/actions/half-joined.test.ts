import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';

describeAction('a connection whose row and subscription differ', withoutMembers, (fixture) => {
  it('becomes a member by joinroom, even if it was subscribed already', async () => {
    const { server } = fixture();
    const aki = await server.connect();
    const connection = await server.store.connections.find(aki);
    if (!connection) throw new Error('There is no connection: connect first.');
    await server.store.members.add({ ...connection, room: 'tea', announced: true });
    await server.request(aki, { action: 'joinroom', room: 'tea' });
    const reply = await server.send(aki, { action: 'history', room: 'tea' });
    expect(reply).toMatchObject({ type: 'ack', room: 'tea' });
  });

  it('leaves no row by a leaveroom that a $disconnect overtakes', async () => {
    const { server, table } = fixture();
    const aki = await server.connectTo('tea');
    const connection = await server.store.connections.find(aki);
    if (!connection) throw new Error('There is no connection: connect first.');
    await server.disconnect(aki);
    await server.store.connections.leave(connection, 'tea');
    expect(await findRows(table, aki)).toEqual([]);
  });
});
