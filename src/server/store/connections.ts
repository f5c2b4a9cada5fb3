import { settleAll } from '../lib/concurrency.ts';
import { connectionKey, userConnectionKey, userConnectionRange } from './keys.ts';
import { connectionTtl, type Members, type Subscriber, type User } from './members.ts';
import type { RoomCapacity } from './room-capacity.ts';
import { notExists, type Row, type Table } from './table.ts';

/** A live connection: whose it is and which rooms it is in. */
export interface Connection extends User {
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly rooms: ReadonlySet<string>;
  /** Until when its person may make requests, in milliseconds since 1970; default for ever. */
  readonly expiresAt?: number | undefined;
}

/** What came of joining a room: one may be in too many, or too many may be in it. */
export type JoinResult = 'joined' | 'ended' | 'full';

/** How many of what may be; `src/server/rate-limiter.ts` limits how often. */
export interface Limits {
  /** Connections that one person may have at a time. */
  readonly connectionsPerUser: number;
  /** Rooms that one connection may be in, the default room among them. */
  readonly roomsPerConnection: number;
  /** Connections that may join one room. */
  readonly connectionsPerRoom: number;
}

/** The connections that the gateway has told of. */
export interface Connections {
  /** Stores a connection and subscribes it to its rooms; false where its person has too many. */
  add(connection: Connection): Promise<boolean>;
  /** The connection of that id, unless it has ended or outlived the gateway's longest. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Lets its person make requests until then; false where it has ended. */
  extend(connectionId: string, expiresAt: number): Promise<boolean>;
  /**
   * Adds to when its requests will have been paid for: so many milliseconds, from now on where that
   * is past. Tells when that is; nothing where it has ended.
   */
  charge(connectionId: string, ms: number): Promise<number | undefined>;
  /** Subscribes a connection to one more room. */
  join(connection: Connection, room: string): Promise<JoinResult>;
  /** Takes a connection out of a room; returns its subscription, if there was one. */
  leave(connection: Connection, room: string): Promise<Subscriber | undefined>;
  /** Removes a connection and its subscriptions, and returns those that there were. */
  close(connectionId: string): Promise<Subscriber[]>;
}

/** What connections are kept with. */
export interface ConnectionsDeps {
  readonly table: Table;
  readonly members: Members;
  readonly roomCapacity: RoomCapacity;
  readonly limits: Pick<Limits, 'connectionsPerUser' | 'roomsPerConnection'>;
  readonly now: () => number;
}

/** Holds for a connection that has not been closed. */
const isOpen = { text: 'attribute_exists(pk)' };

/** Keeps connections in the table. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { table, members, roomCapacity, limits, now } = deps;
  const isLive = (row: Row) => Number(row['ttl']) * 1000 > now();

  /** Notes that a person has it, and counts then: of two at once neither is one too many. */
  async function reserve({ userId, connectionId, connectedAt }: Connection): Promise<boolean> {
    await table.put({
      ...userConnectionKey(userId, connectionId),
      ttl: connectionTtl(connectedAt),
    });
    let count = 0;
    for await (const row of table.query(userConnectionRange(userId), { attributes: ['ttl'] })) {
      if (isLive(row)) count += 1;
    }
    return count <= limits.connectionsPerUser;
  }

  return {
    /**
     * The connection's own row names its rooms and is written first and removed last, so that
     * whatever is cut short between leaves no subscription that a later `close` would not find.
     */
    async add(connection) {
      const { connectionId, userId, rooms } = connection;
      if (!(await reserve(connection))) {
        await table.remove(userConnectionKey(userId, connectionId));
        return false;
      }
      if (
        !(await table.put({ ...connectionKey(connectionId), ...encode(connection) }, notExists))
      ) {
        // An id that was somebody else's, whose end nobody told of: what they were in, this one is not.
        await this.close(connectionId);
        return this.add(connection);
      }
      await settleAll(
        [...rooms].map((room) => members.add({ room, ...connection, announced: false })),
      );
      return true;
    },

    async find(connectionId) {
      const row = await table.get(connectionKey(connectionId));
      return row && isLive(row) ? decode(connectionId, row) : undefined;
    },

    async extend(connectionId, expiresAt) {
      const change = { text: 'SET expiresAt = :at', values: { ':at': expiresAt } };
      return (await table.update(connectionKey(connectionId), change, isOpen)) !== undefined;
    },

    async charge(connectionId, ms) {
      return charge(table, connectionId, ms, now());
    },

    async join(connection, room) {
      const { connectionId } = connection;
      const key = connectionKey(connectionId);
      if (!connection.rooms.has(room) && !(await roomCapacity.hasCapacity(room))) return 'full';
      const hasSpace =
        'attribute_not_exists(rooms) OR contains(rooms, :name) OR size(rooms) < :max';
      const updated = await table.update(
        key,
        { text: 'ADD rooms :room', values: { ':room': new Set([room]) } },
        {
          text: `${isOpen.text} AND (${hasSpace})`,
          values: { ':name': room, ':max': limits.roomsPerConnection },
        },
      );
      if (!updated) return (await table.get(key)) ? 'full' : 'ended';
      await members.add({ room, ...connection, announced: true });
      // It may have been closed since; whoever closes it later finds the room.
      if (await table.get(key)) return 'joined';
      await members.remove({ room, ...connection });
      return 'ended';
    },

    async leave(connection, room) {
      const removed = await members.remove({ room, ...connection });
      await table.update(
        connectionKey(connection.connectionId),
        { text: 'DELETE rooms :room', values: { ':room': new Set([room]) } },
        isOpen,
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
      const [removed] = await Promise.all([
        remove(rooms),
        table.remove(userConnectionKey(userId, connectionId)),
      ]);
      const last = await table.remove(key);
      if (!last) return removed;
      const joinedMeanwhile = decode(connectionId, last).rooms.difference(rooms);
      return [...removed, ...(await remove(joinedMeanwhile))];
    },
  };
}

/** Adds to what is still to be paid for, or begins anew where all is. Another may do either at the same instant. */
async function charge(table: Table, connectionId: string, ms: number, now: number) {
  const key = connectionKey(connectionId);
  const add = () =>
    table.update(
      key,
      { text: 'ADD paidAt :ms', values: { ':ms': ms } },
      { text: 'paidAt >= :now', values: { ':now': now } },
    );
  const begin = () =>
    table.update(
      key,
      { text: 'SET paidAt = :then', values: { ':then': now + ms } },
      {
        text: `${isOpen.text} AND (attribute_not_exists(paidAt) OR paidAt < :now)`,
        values: { ':now': now },
      },
    );
  const row = (await add()) ?? (await begin()) ?? (await add());
  return row && Number(row['paidAt']);
}

function encode({ userId, name, connectedAt, rooms, expiresAt }: Connection) {
  const ttl = connectionTtl(connectedAt);
  return {
    ...{ userId, name, connectedAt, rooms, ttl },
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function decode(connectionId: string, row: Row): Connection {
  const { userId, name, connectedAt, rooms, expiresAt } = row as unknown as Connection;
  return { connectionId, userId, name, connectedAt, rooms: rooms ?? new Set(), expiresAt };
}
