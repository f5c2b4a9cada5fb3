import { createTable } from '../../../src/server/store/table.ts';
import { describeAction, withTwoMembers } from '../../helpers/describe-action.ts';
import { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../helpers/hold-first.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

describeAction('a connection that a dead process began to close', withTwoMembers, (fixture) => {
  /** Ends Aki's connection by a process that dies after its first write. */
  async function beginClose() {
    const { table, server, aki } = fixture();
    const connection = await server.store.connections.find(aki);
    if (!connection) throw new Error('The connection is unknown: connect it first.');
    const crashing = new CrashingProcess();
    crashing.stepsLeft = 1;
    await new StrictTestServer(crashing.table(table)).disconnect(aki);
    return { connection, ...server.store };
  }

  it('is unknown to every request', async () => {
    const { server, aki } = fixture();
    await beginClose();
    for (const action of ['identity', 'listrooms']) {
      expect(await server.send(aki, { action })).toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('takes neither a new expiry nor a charge', async () => {
    // The first charge creates the attribute, and the next ones add to it.
    await fixture().server.store.connections.charge(fixture().aki, 60_000);
    const { connection, connections } = await beginClose();
    expect(await connections.extend(connection.connectionId, Date.now())).toBe(false);
    expect(await connections.charge(connection.connectionId, 100)).toBeUndefined();
  });

  it('joins no room', async () => {
    const { table } = fixture();
    const { connection, connections } = await beginClose();
    expect(await connections.join(connection, 'cake')).toBe('closed');
    const { dynamoClient, tableName } = table;
    const key = { pk: `CONN#${connection.connectionId}`, sk: 'CONN' };
    const row = await createTable(dynamoClient, tableName).get(key);
    expect(row?.['rooms']).toEqual(new Set(['lobby', 'tea']));
  });

  it('is removed and announced by the next close', async () => {
    const { table, server, aki, ben } = fixture();
    await beginClose();
    await server.disconnect(aki);
    expect(await findRows(table, aki)).toEqual([]);
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'left', from: { name: 'Aki' } }]);
  });
});

describeAction('a slow close', withTwoMembers, (fixture) => {
  it('keeps a new connection with the same id', async () => {
    const { table, server, aki } = fixture();
    const held = holdFirst(
      table,
      ({ operation, sk }) => operation === 'DeleteItem' && sk === 'CONN',
    );
    const closing = new StrictTestServer(held.table).disconnect(aki);
    await held.reached;
    await server.disconnect(aki);
    expect(await server.tryConnect({}, aki)).toBe(200);
    held.release();
    await closing;
    expect(await server.send(aki, { action: 'identity' })).toMatchObject({ type: 'ack' });
  });
});
