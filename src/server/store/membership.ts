import { defaultRoom } from '../../../schemas/fields.ts';
import { type Connection, decodeOpen, isOpen } from './connection-rows.ts';
import { connectionKey } from './keys.ts';
import type { Members, Subscriber, Subscription } from './members.ts';
import type { RoomCapacity } from './room-capacity.ts';
import type { Table } from './table.ts';

/** The result of a join. `full` means too many connections of the room. */
export type JoinResult = 'joined' | 'closed' | 'full' | 'too_many_rooms';

/** The dependencies of joins and leaves. */
export interface MembershipDeps {
  readonly table: Table;
  readonly members: Members;
  readonly roomCapacity: RoomCapacity;
  readonly limits: { readonly roomsPerConnection: number };
}

/**
 * Subscribes a connection to a room. A membership is two rows: the connection's row lists the room, and
 * the subscription gets the room's events. A join, a leave and a close of one connection may overlap in
 * any order. Each of them checks the other row after its own last write to it:
 *
 *     join:   list the room, if open ──► write the subscription m ──► read the list
 *                                                                        │ closed, or not in the list
 *                                                                        ▼
 *                                                                     remove m, if it is still m
 *
 *     leave:  read the subscription ──► remove it, if it is still the same ──► unlist the room, if open
 *                                                                        │
 *                                                                        ▼
 *                                                                     read the subscription
 *                                                                        │ m
 *                                                                        ▼
 *                                                                     read the list
 *                                                                        │ closed, or not in the list
 *                                                                        ▼
 *                                                                     remove m, if it is still m
 *
 *     close:  mark as closed ──► remove the subscriptions of all listed rooms ──► remove the row
 *
 * So at the end a subscription exists if, and only if, the connection is open and lists the room:
 *
 * - The list changes last by a leave or a mark. A subscription that was written before is found by that
 *   leave's read, or by the close. One that is written later is removed by its own join.
 * - The list changes last by a join. The first removal of any leave is of a subscription that was read
 *   before that leave's change of the list. So it is of another nonce than this join writes, even if it
 *   arrives after a timeout. The checks read the list after this join's change, or remove another nonce.
 *
 * A leave removes the subscription first. If it dies then, the room is still listed, so a retry is possible.
 */
export async function join(
  deps: MembershipDeps,
  connection: Connection,
  room: string,
  isUserThere: boolean,
): Promise<JoinResult> {
  const { table, members, roomCapacity, limits } = deps;
  const isExempt = isUserThere || connection.rooms.has(room);
  if (!isExempt && !(await roomCapacity.hasCapacity(room))) return 'full';
  const hasSpace = 'attribute_not_exists(rooms) OR contains(rooms, :name) OR size(rooms) < :max';
  const isListed = await table.update(
    connectionKey(connection.connectionId),
    { text: 'ADD rooms :room', values: { ':room': new Set([room]) } },
    {
      text: `${isOpen.text} AND (${hasSpace})`,
      values: { ':name': room, ':max': limits.roomsPerConnection },
    },
  );
  if (!isListed) return (await readOpen(deps, connection)) ? 'too_many_rooms' : 'closed';
  const subscription = await members.add({ room, ...connection, announced: true });
  const current = await readOpen(deps, connection);
  if (!current?.rooms.has(room)) await members.remove(subscription);
  return current ? 'joined' : 'closed';
}

/**
 * Removes a connection from a room, as shown above. Returns its subscription, if there was one. A
 * removal that found nothing counts: its first answer may be lost, or an earlier attempt died after it.
 */
export async function leave(
  deps: MembershipDeps,
  connection: Connection,
  room: string,
): Promise<Subscriber | undefined> {
  const { table, members } = deps;
  const first = await findOwn(deps, connection, room);
  if (first) await members.remove(first);
  const change = { text: 'DELETE rooms :room', values: { ':room': new Set([room]) } };
  await table.update(connectionKey(connection.connectionId), change, isOpen);
  const left = first ?? toListed(connection, room);
  const later = await findOwn(deps, connection, room);
  if (!later || (await readOpen(deps, connection))?.rooms.has(room)) return left;
  await members.remove(later);
  return later;
}

async function findOwn(
  { members }: MembershipDeps,
  { userId, connectionId }: Connection,
  room: string,
): Promise<Subscription | undefined> {
  const own = await members.forUser(room, userId);
  return own.find((subscription) => subscription.connectionId === connectionId);
}

/** Returns the subscription to a listed room as it was, if that is missing. The default room is silent. */
function toListed(connection: Connection, room: string): Subscriber | undefined {
  if (!connection.rooms.has(room)) return undefined;
  const { userId, name, connectionId, connectedAt } = connection;
  const announced = room !== defaultRoom;
  return { room, userId, name, connectionId, connectedAt, announced };
}

async function readOpen({ table }: MembershipDeps, { connectionId }: Connection) {
  return decodeOpen(connectionId, await table.get(connectionKey(connectionId)));
}
