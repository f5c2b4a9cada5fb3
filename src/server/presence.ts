import type { Broadcast } from './delivery/broadcast.ts';
import { allDone } from './lib/settle-all.ts';
import type { Connection, Joining } from './store/connections.ts';
import type { Store } from './store/index.ts';
import type { Recipient, Subscriber } from './store/members.ts';

/**
 * Who comes and goes. A person is in a room while one connection of theirs is: the first one that
 * joins is announced, and the last one that leaves.
 */
export interface Presence {
  /** Puts a connection into a room. */
  join(connection: Connection, room: string): Promise<Joining>;
  /** Takes a connection out of a room. */
  leave(connection: Connection, room: string): Promise<void>;
  /** Takes a connection that has ended out of all rooms. */
  close(connectionId: string): Promise<void>;
  /** The same, for one that a delivery found dead: its subscription may be all that is left. */
  forget(recipient: Recipient): Promise<void>;
}

/** What presence is made of. */
export interface PresenceParts {
  readonly store: Pick<Store, 'connections' | 'members'>;
  readonly broadcast: Broadcast;
  readonly presenceLimit: number;
}

/** Announces people in rooms of up to so many; larger ones ask for `members`. */
export function createPresence(parts: PresenceParts): Presence {
  const { store, broadcast, presenceLimit: upTo } = parts;
  const { connections, members } = store;

  async function announce(type: 'joined' | 'left', subscriber: Subscriber): Promise<void> {
    const { room, userId, name, connectionId } = subscriber;
    await broadcast({ type, room, from: { userId, name } }, { except: connectionId, upTo });
  }

  /** Two that leave at once may both be the last: the room is told twice rather than never. */
  async function left(subscriber: Subscriber | undefined): Promise<void> {
    if (!subscriber?.announced) return;
    const others = await members.of(subscriber.room, subscriber.userId);
    if (!others.some(({ announced }) => announced)) await announce('left', subscriber);
  }

  return {
    async join(connection, room) {
      const before = await members.of(room, connection.userId);
      const announced = before.filter((subscriber) => subscriber.announced);
      const again = announced.some(({ connectionId }) => connectionId === connection.connectionId);
      if (again && connection.rooms.has(room)) return 'joined';
      const joining = await connections.join(connection, room);
      if (joining === 'joined' && announced.length === 0) {
        await announce('joined', { room, ...connection, announced: true });
      }
      return joining;
    },

    async leave(connection, room) {
      await left(await connections.leave(connection, room));
    },

    async close(connectionId) {
      const removed = await connections.close(connectionId);
      await allDone(removed.map(left));
    },

    async forget(recipient) {
      const removed = await connections.close(recipient.connectionId);
      await allDone([...removed, await members.remove(recipient)].map(left));
    },
  };
}
