import type { Broadcast } from './delivery/broadcast.ts';
import { settleAll } from './lib/concurrency.ts';
import type { Connection, JoinResult } from './store/connections.ts';
import type { Store } from './store/index.ts';
import type { Recipient, Subscriber } from './store/members.ts';

/**
 * Announces the members of rooms. A user is present in a room while at least one connection of theirs is:
 *
 *     first connection joins ──► broadcast `joined`
 *     last connection leaves ──► broadcast `left`
 *     other connections ───────► silent
 *
 * The automatic subscription to the default room does not count, and is silent too.
 */
export interface Presence {
  /** Adds a connection to a room. */
  join(connection: Connection, room: string): Promise<JoinResult>;
  /** Removes a connection from a room. */
  leave(connection: Connection, room: string): Promise<void>;
  /** Removes a closed connection from all its rooms. */
  close(connectionId: string): Promise<void>;
  /** Does the same after a delivery found the connection dead. Its subscription may be all that is left. */
  evict(recipient: Recipient): Promise<void>;
}

/** The dependencies of presence. */
export interface PresenceDeps {
  readonly store: Pick<Store, 'connections' | 'members'>;
  readonly broadcast: Broadcast;
  /** The most members of a room with announcements. Clients of larger rooms request `members`. */
  readonly presenceLimit: number;
}

/** Creates presence. */
export function createPresence(deps: PresenceDeps): Presence {
  const { connections, members } = deps.store;
  const announceAll = (removed: readonly (Subscriber | undefined)[]) =>
    settleAll(removed.map((subscriber) => announceIfLast(deps, subscriber)));
  return {
    async join(connection, room) {
      const subscriptions = await members.forUser(room, connection.userId);
      const announced = subscriptions.filter((subscriber) => subscriber.announced);
      const isAnnounced = announced.some((own) => own.connectionId === connection.connectionId);
      if (isAnnounced && connection.rooms.has(room)) return 'joined';
      const result = await connections.join(connection, room);
      if (result === 'joined' && announced.length === 0) {
        await announce(deps, 'joined', { room, ...connection, announced: true });
      }
      return result;
    },

    async leave(connection, room) {
      await announceIfLast(deps, await connections.leave(connection, room));
    },

    async close(connectionId) {
      await announceAll(await connections.close(connectionId));
    },

    async evict(recipient) {
      const removed = await connections.close(recipient.connectionId);
      await announceAll([...removed, await members.remove(recipient)]);
    },
  };
}

async function announce(
  { broadcast, presenceLimit: maxMembers }: PresenceDeps,
  type: 'joined' | 'left',
  subscriber: Subscriber,
): Promise<void> {
  const { room, userId, name, connectionId } = subscriber;
  await broadcast({ type, room, from: { userId, name } }, { exclude: connectionId, maxMembers });
}

/**
 * Announces that a user has left, unless another connection of theirs is still in the room. Two that
 * leave at the same time may both be the last. The room gets two events then, rather than none.
 */
async function announceIfLast(
  deps: PresenceDeps,
  subscriber: Subscriber | undefined,
): Promise<void> {
  if (!subscriber?.announced) return;
  const { room, userId } = subscriber;
  const remaining = await deps.store.members.forUser(room, userId);
  if (!remaining.some(({ announced }) => announced)) await announce(deps, 'left', subscriber);
}
