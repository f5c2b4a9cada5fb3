import type { Broadcast } from './delivery/broadcast.ts';
import { settleAll } from './lib/concurrency.ts';
import type { Connection, JoinResult } from './store/connections.ts';
import type { Store } from './store/index.ts';
import type { Recipient, Subscriber } from './store/members.ts';

/**
 * Who comes and goes. A person is in a room while one connection of theirs is: the first one that
 * joins is announced, and the last one that leaves.
 */
export interface Presence {
  /** Puts a connection into a room. */
  join(connection: Connection, room: string): Promise<JoinResult>;
  /** Takes a connection out of a room. */
  leave(connection: Connection, room: string): Promise<void>;
  /** Takes a connection that has ended out of all rooms. */
  close(connectionId: string): Promise<void>;
  /** The same, for one that a delivery found dead: its subscription may be all that is left. */
  evict(recipient: Recipient): Promise<void>;
}

/** What presence is made of. */
export interface PresenceDeps {
  readonly store: Pick<Store, 'connections' | 'members'>;
  readonly broadcast: Broadcast;
  readonly presenceLimit: number;
}

/** Announces people in rooms of up to so many; larger ones ask for `members`. */
export function createPresence(deps: PresenceDeps): Presence {
  const { store, broadcast, presenceLimit: maxMembers } = deps;
  const { connections, members } = store;

  async function announce(type: 'joined' | 'left', subscriber: Subscriber): Promise<void> {
    const { room, userId, name, connectionId } = subscriber;
    await broadcast({ type, room, from: { userId, name } }, { exclude: connectionId, maxMembers });
  }

  /** Two that leave at once may both be the last: the room is told twice rather than never. */
  async function announceIfLast(subscriber: Subscriber | undefined): Promise<void> {
    if (!subscriber?.announced) return;
    const others = await members.forUser(subscriber.room, subscriber.userId);
    if (!others.some(({ announced }) => announced)) await announce('left', subscriber);
  }

  return {
    async join(connection, room) {
      const subscriptions = await members.forUser(room, connection.userId);
      const announced = subscriptions.filter((subscriber) => subscriber.announced);
      const isAlreadyAnnounced = announced.some(
        ({ connectionId }) => connectionId === connection.connectionId,
      );
      if (isAlreadyAnnounced && connection.rooms.has(room)) return 'joined';
      const result = await connections.join(connection, room);
      if (result === 'joined' && announced.length === 0) {
        await announce('joined', { room, ...connection, announced: true });
      }
      return result;
    },

    async leave(connection, room) {
      await announceIfLast(await connections.leave(connection, room));
    },

    async close(connectionId) {
      const removed = await connections.close(connectionId);
      await settleAll(removed.map(announceIfLast));
    },

    async evict(recipient) {
      const removed = await connections.close(recipient.connectionId);
      await settleAll([...removed, await members.remove(recipient)].map(announceIfLast));
    },
  };
}
