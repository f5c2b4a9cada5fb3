import type { Subscriber } from '../../../../src/server/store/members.ts';
import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createUser } from './test-user.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('Connections.close', () => {
  it('returns the subscriptions that it removed, once', async () => {
    const { connections, create } = createUser(table, 'ended');
    const connection = create('a');
    await connections.add(connection);
    await connections.join(connection, 'tea');
    await connections.join(connection, 'cake');
    await connections.leave(connection, 'cake');
    const { connectionId } = connection;
    const removed: Subscriber[] = [];
    await connections.close(connectionId, removed);
    const rooms = removed.map(({ room, announced }) => [room, announced]).toSorted();
    expect(rooms).toEqual([
      ['lobby', false],
      ['tea', true],
    ]);
    await connections.close(connectionId, removed);
    expect(removed).toHaveLength(2);
    expect(await findRows(table, connectionId)).toEqual([]);
  });

  it('is completed by a later one if the process dies', async () => {
    const dying = interceptTable(table, ({ operation }, proceed) =>
      operation === 'DeleteItem' ? Promise.reject(new Error('The process died.')) : proceed(),
    );
    const { connections, create } = createUser(table, 'crashed');
    const connection = create('a');
    await connections.add(connection);
    const { connectionId } = connection;
    await expect(
      createUser(table, 'crashed', dying).connections.close(connectionId),
    ).rejects.toThrow();
    expect(await connections.find(connectionId)).toBeUndefined();
    expect(await connections.join(connection, 'tea')).toBe('closed');
    const removed: Subscriber[] = [];
    await connections.close(connectionId, removed);
    expect(removed).toHaveLength(1);
    expect(await findRows(table, connectionId)).toEqual([]);
  });

  it('keeps a new connection that got the id before the last step', async () => {
    const { connections, create } = createUser(table, 'reused');
    const connection = create('a');
    await connections.add(connection);
    const { connectionId } = connection;
    const held = holdFirst(
      table,
      ({ operation, sk }) => operation === 'DeleteItem' && sk === 'CONN',
    );
    const closed = createUser(table, 'reused', held.table).connections.close(connectionId);
    await held.reached;
    await connections.close(connectionId);
    expect(await connections.add(connection)).toBe('added');
    held.release();
    await closed;
    expect(await connections.find(connectionId)).toEqual(connection);
  });

  it('returns only the subscriptions that existed', async () => {
    const { connections, members, create } = createUser(table, 'partly');
    const connection = create('a');
    await connections.add({ ...connection, rooms: new Set(['cake', 'tea']) });
    await members.remove({ ...connection, room: 'tea' });
    const removed: Subscriber[] = [];
    await connections.close(connection.connectionId, removed);
    expect(removed).toHaveLength(1);
    expect(removed).toMatchObject([{ room: 'cake' }]);
  });
});
