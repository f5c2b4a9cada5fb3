import { describeAction, withTwoMembers } from '../../helpers/describe-action.ts';
import { holdFirst } from '../../helpers/hold-first.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

describeAction('leaveroom during a joinroom of the same connection', withTwoMembers, (fixture) => {
  /** Joins while a leave is about to change the list of rooms, and ends the leave then. */
  async function joinDuringLeave() {
    const { table, server, aki } = fixture();
    const held = holdFirst(
      table,
      ({ operation, pk }) => operation === 'UpdateItem' && pk === `CONN#${aki}`,
    );
    const slow = new StrictTestServer(held.table, { outcome: server.outcome });
    const leaving = slow.request(aki, { action: 'leaveroom', room: 'tea' });
    await held.reached;
    await server.request(aki, { action: 'joinroom', room: 'tea' });
    held.release();
    await leaving;
  }

  it('pushes nothing to a connection that may not send', async () => {
    const { server, aki, ben } = fixture();
    await joinDuringLeave();
    const message = { action: 'sendmessage', room: 'tea', message: 'x' };
    expect(await server.send(aki, message)).toMatchObject({ code: 'not_member' });
    server.clearPushed();
    await server.request(ben, message);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('leaves no member behind after the end of the connection', async () => {
    const { server, aki, ben } = fixture();
    await joinDuringLeave();
    await server.disconnect(aki);
    const { members } = await server.request(ben, { action: 'members', room: 'tea' });
    expect(members).toEqual([await server.getUser(ben)]);
  });
});
