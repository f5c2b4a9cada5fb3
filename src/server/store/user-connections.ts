import type { Connection } from './connection-rows.ts';
import { userConnectionKey, userConnectionRange } from './keys.ts';
import { connectionTtl, isLive } from './members.ts';
import { exists, type Table } from './table.ts';

/** The dependencies of the list of a user's connections. */
export interface UserConnectionsDeps {
  readonly table: Table;
  readonly limits: { readonly connectionsPerUser: number };
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** The longest time that a `$connect` can take, in seconds. Its function times out after 28 seconds. */
const reservationSeconds = 30;

/**
 * Reserves a connection of a user, and counts then: two concurrent connects count both. If the process
 * dies later, the reservation expires. Returns false if the user has too many connections.
 */
export async function reserve(
  { table, limits, now }: UserConnectionsDeps,
  { userId, connectionId, connectedAt }: Connection,
): Promise<boolean> {
  const ttl = Math.floor(connectedAt / 1000) + reservationSeconds;
  await table.put({ ...userConnectionKey(userId, connectionId), ttl });
  let count = 0;
  for await (const row of table.query(userConnectionRange(userId), { attributes: ['ttl'] })) {
    if (isLive(row, now())) count += 1;
  }
  return count <= limits.connectionsPerUser;
}

/** Keeps a reservation for the life of the connection. Returns false if it was released meanwhile. */
export function confirm(
  { table }: UserConnectionsDeps,
  { userId, connectionId, connectedAt }: Connection,
): Promise<boolean> {
  const ttl = connectionTtl(connectedAt);
  return table.put({ ...userConnectionKey(userId, connectionId), ttl }, exists);
}

/** Releases the connection of a user, reserved or confirmed. */
export async function release(
  { table }: UserConnectionsDeps,
  { userId, connectionId }: Pick<Connection, 'userId' | 'connectionId'>,
): Promise<void> {
  await table.remove(userConnectionKey(userId, connectionId));
}
