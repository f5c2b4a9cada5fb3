import { settleAll } from '../lib/concurrency.ts';
import {
  type Connection,
  decodeConnection,
  decodeOpen,
  encodeConnection,
  isClosing,
  isOpen,
  markClosed,
} from './connection-rows.ts';
import { connectionKey, userConnectionKey, userConnectionRange } from './keys.ts';
import { connectionTtl, isLive, type Members, type Subscriber } from './members.ts';
import { type JoinResult, join, leave } from './membership.ts';
import { addToPaidAt } from './paid-at.ts';
import type { RoomCapacity } from './room-capacity.ts';
import { exists, notExists, type Table } from './table.ts';

export type { Connection } from './connection-rows.ts';
export type { JoinResult } from './membership.ts';

/** Limits on quantities. `src/server/rate-limiter.ts` limits the rate of requests. */
export interface Limits {
  /** The most connections of one user at the same time. */
  readonly connectionsPerUser: number;
  /** The most rooms of one connection, including the default room. */
  readonly roomsPerConnection: number;
  /** The connections in a room above which joins are rejected, approximately: see `room-capacity.ts`. */
  readonly connectionsPerRoom: number;
}

/** The connections that API Gateway has reported. */
export interface Connections {
  /** Stores a connection and subscribes it to its rooms. Returns false if its user has too many. */
  add(connection: Connection): Promise<boolean>;
  /** Returns a connection, unless it is closed or older than API Gateway allows. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Sets the end of the user's authentication. Returns false if the connection is closed. */
  extend(connectionId: string, expiresAt: number): Promise<boolean>;
  /**
   * Charges a connection for requests. Adds `ms` to the time at which all its requests are paid for. If
   * that time has passed, it restarts from now. Returns the new time, or nothing for a closed connection.
   */
  charge(connectionId: string, ms: number): Promise<number | undefined>;
  /** Subscribes a connection to another room. */
  join(connection: Connection, room: string): Promise<JoinResult>;
  /** Removes a connection from a room. Returns its subscription, if there was one. */
  leave(connection: Connection, room: string): Promise<Subscriber | undefined>;
  /** Removes a connection and its subscriptions. Returns those subscriptions. */
  close(connectionId: string): Promise<Subscriber[]>;
}

/** The dependencies of the connections. */
export interface ConnectionsDeps {
  readonly table: Table;
  readonly members: Members;
  readonly roomCapacity: RoomCapacity;
  readonly limits: Pick<Limits, 'connectionsPerUser' | 'roomsPerConnection'>;
  readonly now: () => number;
}

/** Creates the store of connections. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { table, now } = deps;
  return {
    add: (connection) => add(deps, connection),
    find: (connectionId) => find(deps, connectionId),
    extend: async (connectionId, expiresAt) => {
      const change = { text: 'SET expiresAt = :at', values: { ':at': expiresAt } };
      return (await table.update(connectionKey(connectionId), change, isOpen)) !== undefined;
    },
    charge: (connectionId, ms) => addToPaidAt(table, connectionId, ms, now()),
    join: (connection, room) => join(deps, connection, room),
    leave: (connection, room) => leave(deps, connection, room),
    close: (connectionId) => close(deps, connectionId),
  };
}

/**
 * The connection's own row lists its rooms. It is written first and removed last. So after a crash in
 * between, a later `close` still finds every subscription.
 */
async function add(deps: ConnectionsDeps, connection: Connection): Promise<boolean> {
  const { table, members } = deps;
  const { connectionId, userId, rooms } = connection;
  if (!(await reserve(deps, connection))) {
    await table.remove(userConnectionKey(userId, connectionId));
    return false;
  }
  const row = { ...connectionKey(connectionId), ...encodeConnection(connection) };
  if (!(await table.put(row, notExists))) {
    // API Gateway reused this id and never reported the old connection's end. Remove its rooms first.
    await close(deps, connectionId);
    return add(deps, connection);
  }
  await settleAll([...rooms].map((room) => members.add({ room, ...connection, announced: false })));
  return true;
}

/** Stores that the user has the connection, and counts then: two concurrent connects count both. */
async function reserve(
  { table, limits, now }: ConnectionsDeps,
  { userId, connectionId, connectedAt }: Connection,
): Promise<boolean> {
  await table.put({ ...userConnectionKey(userId, connectionId), ttl: connectionTtl(connectedAt) });
  let count = 0;
  for await (const row of table.query(userConnectionRange(userId), { attributes: ['ttl'] })) {
    if (isLive(row, now())) count += 1;
  }
  return count <= limits.connectionsPerUser;
}

async function find({ table, now }: ConnectionsDeps, connectionId: string) {
  const row = await table.get(connectionKey(connectionId));
  return row && isLive(row, now()) ? decodeOpen(connectionId, row) : undefined;
}

/**
 * Marks the row, so that no join can list a further room. The row goes last: after a crash, a later `close`
 * finds the mark and the rooms, and completes it.
 */
async function close({ table, members }: ConnectionsDeps, connectionId: string) {
  const key = connectionKey(connectionId);
  const row = await table.update(key, markClosed, exists, 'ALL_NEW');
  if (!row) return [];
  const { userId, rooms } = decodeConnection(connectionId, row);
  await table.remove(userConnectionKey(userId, connectionId));
  const removals = [...rooms].map((room) => members.remove({ room, userId, connectionId }));
  const removed = await settleAll(removals);
  // A new connection may have got this id since another close of the same one completed.
  await table.remove(key, isClosing);
  return removed.filter((subscription) => subscription !== undefined);
}
