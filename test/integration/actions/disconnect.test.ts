import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';

describeAction('$disconnect', withoutMembers, (fixture) => {
  it('removes every row of a connection in 30 rooms', async () => {
    const { table, server } = fixture();
    const rooms = new Set(Array.from({ length: 30 }, (_, index) => `room-${index}`));
    const connection = { connectionId: 'many=', userId: 'u', name: 'n', connectedAt: Date.now() };
    await server.store.connections.add({ ...connection, rooms });
    expect(await findRows(table, 'many=')).toHaveLength(32);

    expect(await server.disconnect('many=')).toEqual({ statusCode: 200 });
    expect(await findRows(table, 'many=')).toEqual([]);
  });

  it('changes nothing of other connections', async () => {
    const { table, server } = fixture();
    const [ended, other] = [await server.connect(), await server.connect()];
    await server.disconnect(ended);
    expect(await findRows(table, other)).toHaveLength(3);
  });

  it('succeeds for a connection that has ended before or is unknown', async () => {
    const { server } = fixture();
    const id = await server.connect();
    await server.disconnect(id);
    expect(await server.disconnect(id)).toEqual({ statusCode: 200 });
    expect(await server.disconnect('never=')).toEqual({ statusCode: 200 });
  });
});
