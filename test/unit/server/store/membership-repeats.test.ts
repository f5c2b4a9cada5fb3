import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { createConnection, createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const removesSubscription = ({ operation, sk }: TableCall) =>
  operation === 'DeleteItem' && sk.startsWith('SUB#');

const openStore = (on: TestTable) => createTestStore(table, { dynamoClient: on.dynamoClient });

/** Stores a connection that has joined a room. The room, the user and the connection have one name. */
async function connect(name: string) {
  const { clock, store } = openStore(table);
  const { connections, members } = store;
  await connections.add(createConnection(name, clock.now, name));
  await connections.join(createConnection(name, clock.now, name), name);
  const connection = await connections.find(name);
  if (!connection) throw new Error('The connection does not exist.');
  return { connection, connections, members };
}

describe('Connections.leave', () => {
  it('returns the subscription if the client of the table repeats the removal', async () => {
    const { connection } = await connect('repeated');
    const repeating = interceptTable(table, async (call, proceed) => {
      if (removesSubscription(call)) await proceed();
      return proceed();
    });
    const left = await openStore(repeating).store.connections.leave(connection, 'repeated');
    expect(left).toMatchObject({ room: 'repeated', userId: 'repeated', announced: true });
  });

  it.each([
    ['tea', true],
    ['lobby', false],
  ])('returns a subscription to %s that an earlier attempt removed', async (room, announced) => {
    const { connection, connections, members } = await connect(`crashed-${room}`);
    await connections.join(connection, room);
    await members.remove({ ...connection, room });
    const current = await connections.find(connection.connectionId);
    const { connectionId, userId, name } = connection;
    const left = await connections.leave(current ?? connection, room);
    expect(left).toMatchObject({ room, connectionId, userId, name, announced });
    expect((await connections.find(connectionId))?.rooms.has(room)).toBe(false);
  });

  it('removes a subscription that an earlier version has written without a nonce', async () => {
    const { connection, connections, members } = await connect('earlier');
    const { room, userId, connectionId } = { ...connection, room: 'earlier' };
    await table.dynamoClient('UpdateItem', {
      TableName: table.tableName,
      Key: { pk: `ROOM#${room}`, sk: `SUB#${userId}#${connectionId}` },
      UpdateExpression: 'REMOVE n',
    });
    expect(await connections.leave(connection, room)).toMatchObject({ userId, announced: true });
    expect(await members.forUser(room, userId)).toHaveLength(0);
  });

  it('removes the subscription before it unlists the room, so that a retry is possible', async () => {
    const { connection, connections, members } = await connect('dying');
    const dying = interceptTable(table, (call, proceed) =>
      call.operation === 'UpdateItem' ? Promise.reject(new Error('The process dies.')) : proceed(),
    );
    await expect(openStore(dying).store.connections.leave(connection, 'dying')).rejects.toThrow();
    expect(await members.forUser('dying', 'dying')).toHaveLength(0);
    expect((await connections.find('dying'))?.rooms).toContain('dying');
  });

  it('removes no subscription of a later join, however late its removal arrives', async () => {
    const { connection, connections, members } = await connect('late');
    let arrive = async (): Promise<unknown> => undefined;
    const slow = interceptTable(table, (call, proceed) => {
      if (!removesSubscription(call)) return proceed();
      arrive = proceed;
      return Promise.reject(new Error('No answer.'));
    });
    await expect(openStore(slow).store.connections.leave(connection, 'late')).rejects.toThrow();
    await connections.leave(connection, 'late');
    await connections.join(connection, 'late');
    await arrive().catch(() => undefined);
    expect(await members.forUser('late', 'late')).toHaveLength(1);
  });
});
