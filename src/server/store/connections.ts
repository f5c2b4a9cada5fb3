import { settleAll } from '../lib/concurrency.ts';
import { withTimeout } from '../lib/deadline.ts';
import {
  type Connection,
  decodeConnection,
  decodeOpen,
  encodeConnection,
  isClosing,
  isOpen,
  markClosed,
} from './connection-rows.ts';
import { connectionKey } from './keys.ts';
import { isLive, type Members, type Subscriber } from './members.ts';
import { type JoinResult, join, leave } from './membership.ts';
import { addToPaidAt } from './paid-at.ts';
import type { RoomCapacity } from './room-capacity.ts';
import { exists, notExists, type Table } from './table.ts';
import { confirm, release, reserve } from './user-connections.ts';

export type { Connection } from './connection-rows.ts';
export type { JoinResult } from './membership.ts';

/** The result of an add. `full` means too many connections of the user. `taken` means that the id exists. */
export type AddResult = 'added' | 'full' | 'taken';

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
  /** Stores a connection and subscribes it to its rooms. */
  add(connection: Connection): Promise<AddResult>;
  /** Returns a connection, unless it is closed or older than API Gateway allows. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Sets the end of the user's authentication. Returns false if the connection is closed. */
  extend(connectionId: string, expiresAt: number): Promise<boolean>;
  /**
   * Charges a connection for requests. Adds `ms` to the time at which all its requests are paid for. If
   * that time has passed, it restarts from now. Returns the new time, or nothing for a closed connection.
   */
  charge(connectionId: string, ms: number): Promise<number | undefined>;
  /**
   * Subscribes a connection to another room. A user who is there by another connection may join a full one.
   * @default `isUserThere`: false
   */
  join(connection: Connection, room: string, isUserThere?: boolean): Promise<JoinResult>;
  /** Removes a connection from a room. Returns its subscription, if there was one. */
  leave(connection: Connection, room: string): Promise<Subscriber | undefined>;
  /**
   * Removes a connection and its subscriptions. It adds each of them to `removed` at once. So they are
   * known even if it throws later, and no later close finds them.
   */
  close(connectionId: string, removed?: Subscriber[]): Promise<void>;
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
    add: (connection) => addOrRemove(deps, connection),
    find: (connectionId) => find(deps, connectionId),
    extend: async (connectionId, expiresAt) => {
      const change = { text: 'SET expiresAt = :at', values: { ':at': expiresAt } };
      return (await table.update(connectionKey(connectionId), change, isOpen)) !== undefined;
    },
    charge: (connectionId, ms) => addToPaidAt(table, connectionId, ms, now()),
    join: (connection, room, isUserThere = false) => join(deps, connection, room, isUserThere),
    leave: (connection, room) => leave(deps, connection, room),
    close: (connectionId, removed = []) => close(deps, connectionId, removed),
  };
}

/**
 * Stores a connection, step by step. If the process dies in between, the reservation expires soon:
 *
 *     reserve, for 30 s ──► count ──► write the row ──► subscribe to the rooms ──► confirm, for 2 h
 *                             │ too many    │ exists           ▲                      │ released
 *                             ▼             ▼                  │                      ▼
 *                           'full'        'taken'         the row lists them     remove the subscriptions
 *
 * A close releases before it removes the subscriptions. So if it misses some, the confirmation fails.
 */
async function add(deps: ConnectionsDeps, connection: Connection): Promise<AddResult> {
  const { table, members } = deps;
  const { connectionId, rooms } = connection;
  if (!(await reserve(deps, connection))) {
    await release(deps, connection);
    return 'full';
  }
  const row = { ...connectionKey(connectionId), ...encodeConnection(connection) };
  if (!(await table.put(row, notExists))) return 'taken';
  const subscribe = (room: string) => members.add({ room, ...connection, announced: false });
  const subscriptions = await settleAll([...rooms].map(subscribe));
  if (!(await confirm(deps, connection))) await settleAll(subscriptions.map(members.remove));
  return 'added';
}

/** How long the answer to a failed `$connect` waits for the removal of its rows, in milliseconds. */
const removalTimeoutMs = 1_000;

/** Adds a connection. On a failure, it removes what is written, as far as that is possible. */
async function addOrRemove(deps: ConnectionsDeps, connection: Connection): Promise<AddResult> {
  try {
    return await add(deps, connection);
  } catch (thrown) {
    const isSame = { text: 'connectedAt = :at', values: { ':at': connection.connectedAt } };
    const remove = () => [
      release(deps, connection),
      close(deps, connection.connectionId, [], isSame),
    ];
    await withTimeout(removalTimeoutMs, () => Promise.allSettled(remove()));
    throw thrown;
  }
}

async function find({ table, now }: ConnectionsDeps, connectionId: string) {
  const row = await table.get(connectionKey(connectionId));
  return row && isLive(row, now()) ? decodeOpen(connectionId, row) : undefined;
}

/**
 * Marks the row, so that no join can list a further room. The row goes last: after a crash, a later `close`
 * finds the mark and the rooms, and completes it.
 */
async function close(
  deps: ConnectionsDeps,
  connectionId: string,
  removed: Subscriber[],
  condition = exists,
): Promise<void> {
  const { table, members } = deps;
  const key = connectionKey(connectionId);
  const row = await table.update(key, markClosed, condition, 'ALL_NEW');
  if (!row) return;
  const { userId, rooms } = decodeConnection(connectionId, row);
  await release(deps, { userId, connectionId });
  const removals = [...rooms].map(async (room) => {
    const subscription = await members.remove({ room, userId, connectionId });
    if (subscription) removed.push(subscription);
  });
  await settleAll(removals);
  // A new connection may have got this id since another close of the same one completed.
  await table.remove(key, isClosing);
}
