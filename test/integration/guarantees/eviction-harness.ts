import type { Broadcast } from '../../../src/server/delivery/broadcast.ts';
import { createEvictAll } from '../../../src/server/eviction.ts';
import type { Connection } from '../../../src/server/store/connections.ts';
import { createStore, type Store } from '../../../src/server/store/index.ts';
import type { Recipient } from '../../../src/server/store/members.ts';
import type { TestTable } from '../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../helpers/fakes/faulty-dynamo.ts';

/** The room of the connections. */
export const room = 'tea';
const limits = { connectionsPerUser: 1_000, roomsPerConnection: 50, connectionsPerRoom: 1_000 };

/** Creates a store on a table whose calls `intercept` sees, and may fail. */
const createStoreOn = (table: TestTable, intercept: (call: TableCall) => void): Store =>
  createStore({
    ...interceptTable(table, async (call, proceed) => {
      intercept(call);
      return proceed();
    }),
    now: Date.now,
    retentionDays: 90,
    limits,
  });

/** Evictions on a store, with broadcasts that record what they would post to which connections. */
export function createEvictions(table: TestTable, intercept: (call: TableCall) => void = () => {}) {
  const store = createStoreOn(table, intercept);
  const left: { room: string; userId: string; recipients: string[] }[] = [];
  const failures: [string, unknown][] = [];
  const createBroadcast =
    (members: Pick<Store['members'], 'subscribers'>): Broadcast =>
    async (event, { exclude, dead }) => {
      const pages = await Array.fromAsync(members.subscribers(event.room, 100));
      const recipients = pages
        .flat()
        .map(({ connectionId }) => connectionId)
        .filter((id) => id !== exclude && !dead?.has(id));
      expect(event.type).toBe('left');
      left.push({ room: event.room, userId: event.from.userId, recipients });
      return { delivered: recipients.length, gone: 0, failed: 0, enqueued: 0 };
    };
  const onFailure = (...failure: [string, unknown]) => void failures.push(failure);
  const evictAll = createEvictAll({
    store,
    createBroadcast,
    presenceLimit: 100,
    onFailure,
  });
  return { store, evictAll, left, failures };
}

/** Adds a connection that has joined rooms, and returns it as the recipient of a delivery. */
export async function connect(
  store: Store,
  connectionId: string,
  userId = `user of ${connectionId}`,
  rooms = [room],
): Promise<Recipient & Connection> {
  const connectedAt = Date.now();
  const connection = { connectionId, userId, name: 'n', connectedAt, rooms: new Set(['lobby']) };
  await store.connections.add(connection);
  for (const name of rooms) await store.connections.join(connection, name);
  return { ...connection, room };
}

/** Adds several connections, each of a user of its own. */
export const connectAll = (store: Store, ids: readonly string[]) =>
  Promise.all(ids.map((id) => connect(store, id)));

/** Creates ids that sort in their order. */
export const createIds = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);
