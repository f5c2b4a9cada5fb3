import { connectionKey, subscriptionKey } from './keys.ts';
import { expiryOf, type Members, type Person } from './members.ts';
import type { Row, Table } from './table.ts';

/** A live connection: whose it is and which rooms it is in. */
export interface Connection extends Person {
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly rooms: ReadonlySet<string>;
}

/** The connections that the gateway has told of. */
export interface Connections {
  /** Stores a connection and subscribes it to its rooms. */
  open(connection: Connection): Promise<void>;
  /** The connection of that id, unless it has ended or outlived the gateway's longest. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Removes a connection and its subscriptions. One that is not there is no error. */
  close(connectionId: string): Promise<void>;
}

/** Keeps connections in the table. */
export function createConnections(
  table: Table,
  members: Members,
  clock: () => number,
): Connections {
  return {
    /**
     * The connection's own row names its rooms and is written first and removed last, so that
     * whatever is cut short between leaves no subscription that a later `close` would not find.
     */
    async open(connection) {
      const { connectionId, connectedAt, userId, name, rooms } = connection;
      const ttl = expiryOf(connectedAt);
      await table.put({ ...connectionKey(connectionId), userId, name, connectedAt, rooms, ttl });
      await Promise.all([...rooms].map((room) => members.add({ room, ...connection })));
    },

    async find(connectionId) {
      const row = await table.get(connectionKey(connectionId));
      return row && Number(row['ttl']) * 1000 > clock() ? decode(connectionId, row) : undefined;
    },

    async close(connectionId) {
      const key = connectionKey(connectionId);
      const row = await table.get(key);
      if (!row) return;
      const { userId, rooms } = decode(connectionId, row);
      const subscriptions = [...rooms].map((room) => subscriptionKey(room, userId, connectionId));
      await Promise.all(subscriptions.map((subscription) => table.remove(subscription)));
      await table.remove(key);
    },
  };
}

function decode(connectionId: string, row: Row): Connection {
  const { userId, name, connectedAt, rooms } = row as unknown as Connection;
  return { connectionId, userId, name, connectedAt, rooms: rooms ?? new Set() };
}
