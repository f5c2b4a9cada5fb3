import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import type { TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createConnection, createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const limits = { roomsPerConnection: 2, connectionsPerRoom: 2 };

/** Creates a store whose rooms have two connections at most, and whose connections two rooms. */
const openStore = (on: TestTable = table) =>
  createTestStore(table, { limits, dynamoClient: on.dynamoClient });

/** Stores a connection of a user of the same name. */
async function connect(userId: string) {
  const { clock, store } = openStore();
  const { connections, members } = store;
  const connection = createConnection(`${userId}=`, clock.now, userId);
  await connections.add(connection);
  /** Returns whether the connection lists a room, and whether it is subscribed to it. */
  const readMembership = async (room: string) => [
    (await connections.find(connection.connectionId))?.rooms.has(room) ?? false,
    (await members.forUser(room, userId)).length > 0,
  ];
  return { connection, connections, members, readMembership };
}

const isSubscription = ({ sk }: TableCall) => sk.startsWith('SUB#');

/** The last writes of a join and of a leave, before which another operation may come. */
const subscribes = (call: TableCall) => call.operation === 'PutItem' && isSubscription(call);
const unlists = ({ operation, input }: TableCall) =>
  operation === 'UpdateItem' && String(input['UpdateExpression']).startsWith('DELETE');

describe('Connections.join', () => {
  it('lists the room, and subscribes with an announcement', async () => {
    const { connection, connections, members, readMembership } = await connect('joins');
    expect(await connections.join(connection, 'joins')).toBe('joined');
    expect(await readMembership('joins')).toEqual([true, true]);
    expect(await members.forUser('joins', 'joins')).toMatchObject([{ announced: true }]);
  });

  it('rejects more rooms than a connection may have, but none that it is in', async () => {
    const { connection, connections, readMembership } = await connect('many');
    expect(await connections.join(connection, 'many-1')).toBe('joined');
    expect(await connections.join(connection, 'many-2')).toBe('too_many_rooms');
    expect(await readMembership('many-2')).toEqual([false, false]);
    expect(await connections.join(connection, 'many-1')).toBe('joined');
  });

  it('joins a connection that is in no room', async () => {
    const { connection, connections } = await connect('none');
    await connections.leave(connection, 'lobby');
    expect(await connections.join(connection, 'none')).toBe('joined');
  });

  it('rejects a full room, except for its members and for users who are there', async () => {
    const [first, second, third] = [
      await connect('full-1'),
      await connect('full-2'),
      await connect('full-3'),
    ];
    for (const { connections, connection } of [first, second]) {
      expect(await connections.join(connection, 'full')).toBe('joined');
    }
    const { connection, connections, readMembership } = third;
    expect(await connections.join(connection, 'full')).toBe('full');
    expect(await readMembership('full')).toEqual([false, false]);
    expect(await connections.join(connection, 'full', true)).toBe('joined');
    const member = { ...first.connection, rooms: new Set(['full']) };
    expect(await connections.join(member, 'full')).toBe('joined');
  });

  it('rejects a closed connection, and writes no row', async () => {
    const { connection, connections } = await connect('closed');
    await connections.close(connection.connectionId);
    expect(await connections.join(connection, 'closed')).toBe('closed');
    expect(await findRows(table, connection.connectionId)).toEqual([]);
  });

  it.each(['leave', 'close'] as const)(
    'removes its subscription after a %s in between',
    async (step) => {
      const userId = `join-${step}`;
      const { connection, connections, readMembership } = await connect(userId);
      const held = holdFirst(table, subscribes);
      const joined = openStore(held.table).store.connections.join(connection, userId);
      await held.reached;
      if (step === 'leave') await connections.leave(connection, userId);
      else await connections.close(connection.connectionId);
      held.release();
      expect(await joined).toBe(step === 'leave' ? 'joined' : 'closed');
      expect(await readMembership(userId)).toEqual([false, false]);
    },
  );

  it('keeps the subscription of a later join', async () => {
    const { connection, connections, readMembership } = await connect('twice');
    const held = holdFirst(table, subscribes, 'after');
    const joined = openStore(held.table).store.connections.join(connection, 'twice');
    await held.reached;
    await connections.leave(connection, 'twice');
    await connections.join(connection, 'twice');
    held.release();
    expect(await joined).toBe('joined');
    expect(await readMembership('twice')).toEqual([true, true]);
  });
});

describe('Connections.leave', () => {
  it('ends the membership of that room, and returns its subscription', async () => {
    const { connection, connections, readMembership } = await connect('leaves');
    await connections.join(connection, 'leaves');
    const removed = await connections.leave(connection, 'leaves');
    expect(removed).toMatchObject({ room: 'leaves', connectionId: 'leaves=', announced: true });
    expect(await readMembership('leaves')).toEqual([false, false]);
    expect(await readMembership('lobby')).toEqual([true, true]);
    expect(await connections.leave(connection, 'leaves')).toBeUndefined();
  });

  it('keeps a subscription that a join wrote in between, if the join lists the room later', async () => {
    const { connection, connections, readMembership } = await connect('rejoined');
    await connections.join(connection, 'rejoined');
    const held = holdFirst(table, unlists, 'after');
    const left = openStore(held.table).store.connections.leave(connection, 'rejoined');
    await held.reached;
    await connections.join(connection, 'rejoined');
    held.release();
    expect(await left).toMatchObject({ room: 'rejoined' });
    expect(await readMembership('rejoined')).toEqual([true, true]);
  });

  it.each([true, false])(
    'removes the subscription of a join in between, if it listed the room before: %s',
    async (wasIn) => {
      const userId = `overtaken-${wasIn}`;
      const { connection, connections, readMembership } = await connect(userId);
      if (wasIn) await connections.join(connection, userId);
      const held = holdFirst(table, unlists);
      const left = openStore(held.table).store.connections.leave(connection, userId);
      await held.reached;
      await connections.join(connection, userId);
      held.release();
      expect(await left).toMatchObject({ room: userId, announced: true });
      expect(await readMembership(userId)).toEqual([false, false]);
    },
  );

  it('removes the subscription of a join in between, if the connection is closed by then', async () => {
    const { connection, connections, members } = await connect('ended');
    await connections.join(connection, 'ended');
    const held = holdFirst(table, unlists, 'after');
    const left = openStore(held.table).store.connections.leave(connection, 'ended');
    await held.reached;
    await connections.close(connection.connectionId);
    await members.add({ ...connection, room: 'ended', announced: true });
    held.release();
    expect(await left).toMatchObject({ room: 'ended' });
    expect(await findRows(table, connection.connectionId)).toEqual([]);
  });

  it('leaves the other connections of the user in the room', async () => {
    const { connection, connections, members } = await connect('devices');
    const other = { ...connection, connectionId: 'a-laptop=' };
    await connections.add(other);
    for (const one of [connection, other]) await connections.join(one, 'devices');
    await connections.leave(connection, 'devices');
    expect(await members.forUser('devices', 'devices')).toMatchObject([
      { connectionId: 'a-laptop=' },
    ]);
  });
});
