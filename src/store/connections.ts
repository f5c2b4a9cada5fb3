import { connectionKey } from './keys.ts';
import { expiryOf, type Members, type Person, type Subscriber } from './members.ts';
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
  /** Subscribes a connection to one more room; false where it has ended meanwhile. */
  join(connection: Connection, room: string): Promise<boolean>;
  /** Takes a connection out of a room; returns its subscription, if there was one. */
  leave(connection: Connection, room: string): Promise<Subscriber | undefined>;
  /** Removes a connection and its subscriptions, and returns those that there were. */
  close(connectionId: string): Promise<Subscriber[]>;
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
      await Promise.all(
        [...rooms].map((room) => members.add({ room, ...connection, announced: false })),
      );
    },

    async find(connectionId) {
      const row = await table.get(connectionKey(connectionId));
      return row && Number(row['ttl']) * 1000 > clock() ? decode(connectionId, row) : undefined;
    },

    async join(connection, room) {
      const { connectionId } = connection;
      const known = await table.update(
        connectionKey(connectionId),
        { text: 'ADD rooms :room', values: { ':room': new Set([room]) } },
        { text: 'attribute_exists(pk)' },
      );
      if (!known) return false;
      await members.add({ room, ...connection, announced: true });
      // It may have been closed since; whoever closes it later finds the room.
      if (await table.get(connectionKey(connectionId))) return true;
      await members.remove({ room, ...connection });
      return false;
    },

    async leave(connection, room) {
      const removed = await members.remove({ room, ...connection });
      await table.update(
        connectionKey(connection.connectionId),
        { text: 'DELETE rooms :room', values: { ':room': new Set([room]) } },
        { text: 'attribute_exists(pk)' },
      );
      return removed;
    },

    async close(connectionId) {
      const key = connectionKey(connectionId);
      const row = await table.get(key);
      if (!row) return [];
      const { userId, rooms } = decode(connectionId, row);
      const remove = async (names: ReadonlySet<string>) => {
        const removing = [...names].map((room) => members.remove({ room, userId, connectionId }));
        return (await Promise.all(removing)).filter((subscription) => subscription !== undefined);
      };
      const removed = await remove(rooms);
      const last = await table.remove(key);
      if (!last) return removed;
      const joinedMeanwhile = decode(connectionId, last).rooms.difference(rooms);
      return [...removed, ...(await remove(joinedMeanwhile))];
    },
  };
}

function decode(connectionId: string, row: Row): Connection {
  const { userId, name, connectedAt, rooms } = row as unknown as Connection;
  return { connectionId, userId, name, connectedAt, rooms: rooms ?? new Set() };
}
