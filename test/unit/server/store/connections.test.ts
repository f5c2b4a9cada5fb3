import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createUser, lifetimeMs } from './test-user.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const writesSubscription = ({ operation, sk }: TableCall) =>
  operation === 'PutItem' && sk.startsWith('SUB#');

describe('Connections.add', () => {
  it('stores the connection until the end of its life', async () => {
    const { clock, connections, create } = createUser(table, 'stored');
    const [plain, expiring] = [create('plain'), { ...create('expiring'), expiresAt: 1 }];
    expect([await connections.add(plain), await connections.add(expiring)]).toEqual([
      'added',
      'added',
    ]);
    expect(await connections.find(plain.connectionId)).toEqual(plain);
    clock.now += lifetimeMs - 1;
    expect(await connections.find(expiring.connectionId)).toEqual(expiring);
    clock.now += 1;
    expect(await connections.find(plain.connectionId)).toBeUndefined();
  });

  it('subscribes the connection to its rooms, without an announcement', async () => {
    const { connections, members, create } = createUser(table, 'subscribed');
    await connections.add({ ...create('a'), rooms: new Set(['cake', 'tea']) });
    for (const room of ['cake', 'tea']) {
      const [subscription] = await members.forUser(room, 'subscribed');
      expect(subscription).toMatchObject({ connectionId: 'subscribed-a=', announced: false });
    }
  });

  it('rejects a connection above the limit, and leaves no row of it', async () => {
    const { clock, connections, create } = createUser(table, 'limited');
    for (const name of ['a', 'b']) await connections.add(create(name));
    expect(await connections.add(create('c'))).toBe('full');
    expect(await findRows(table, 'limited-c=')).toEqual([]);
    // A row counts for the whole life of its connection, also after the reservation.
    clock.now += lifetimeMs - 1;
    expect(await connections.add(create('c'))).toBe('full');
    clock.now += 1;
    expect(await connections.add(create('c'))).toBe('added');
  });

  it('rejects an id that has a connection, and leaves that one as it was', async () => {
    const { connections, members, create } = createUser(table, 'taken');
    const former = create('a');
    await connections.add(former);
    expect(await connections.add({ ...former, name: 'Other' })).toBe('taken');
    expect(await connections.find(former.connectionId)).toEqual(former);
    expect(await members.forUser('lobby', 'taken')).toHaveLength(1);
  });

  it('counts for 30 seconds until it is complete', async () => {
    const held = holdFirst(table, writesSubscription);
    const { connections, create } = createUser(table, 'reserved', held.table);
    const added = connections.add(create('a'));
    await held.reached;
    const other = createUser(table, 'reserved');
    await other.connections.add(other.create('b'));
    other.clock.now += 29_999;
    expect(await other.connections.add(other.create('c'))).toBe('full');
    other.clock.now += 1;
    expect(await other.connections.add(other.create('c'))).toBe('added');
    held.release();
    await added;
  });

  it('removes its subscriptions if the connection is closed meanwhile', async () => {
    const held = holdFirst(table, writesSubscription);
    const { connections, create } = createUser(table, 'closed', held.table);
    const connection = create('a');
    const added = connections.add(connection);
    await held.reached;
    await connections.close(connection.connectionId);
    held.release();
    await added;
    expect(await findRows(table, connection.connectionId)).toEqual([]);
  });

  it('removes its rows if a write fails, and no row of another connection with that id', async () => {
    let fails = true;
    const failing = interceptTable(table, (call, proceed) =>
      fails && writesSubscription(call) ? Promise.reject(new Error('lost')) : proceed(),
    );
    const { clock, connections, create } = createUser(table, 'failed', failing);
    await expect(connections.add(create('a'))).rejects.toThrow('lost');
    expect(await findRows(table, 'failed-a=')).toEqual([]);
    fails = false;
    const former = create('a');
    await connections.add(former);
    const unreadable = interceptTable(table, ({ operation }, proceed) =>
      operation === 'Query' ? Promise.reject(new Error('lost')) : proceed(),
    );
    const later = createUser(table, 'other', unreadable);
    clock.now += 1;
    const sameId = {
      ...later.create('a'),
      connectionId: former.connectionId,
      connectedAt: clock.now,
    };
    await expect(later.connections.add(sameId)).rejects.toThrow('lost');
    expect(await connections.find(former.connectionId)).toEqual(former);
    expect(await findRows(table, 'USER#other')).toEqual([]);
  });
});

describe('Connections.extend', () => {
  it('sets the end of the authentication of an open connection', async () => {
    const { connections, create } = createUser(table, 'extended');
    const connection = create('a');
    expect(await connections.extend(connection.connectionId, 5)).toBe(false);
    await connections.add(connection);
    expect(await connections.extend(connection.connectionId, 5)).toBe(true);
    expect(await connections.find(connection.connectionId)).toEqual({
      ...connection,
      expiresAt: 5,
    });
    await connections.close(connection.connectionId);
    expect(await connections.extend(connection.connectionId, 5)).toBe(false);
    expect(await findRows(table, connection.connectionId)).toEqual([]);
  });
});
