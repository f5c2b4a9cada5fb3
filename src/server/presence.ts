import type { Broadcast } from './delivery/broadcast.ts';
import { settleAll } from './lib/concurrency.ts';
import type { Connection, JoinResult } from './store/connections.ts';
import type { Store } from './store/index.ts';
import type { Subscriber, Subscription } from './store/members.ts';

/**
 * Announces the members of rooms. A user is present in a room while at least one connection of theirs is:
 *
 *     first connection joins ──► broadcast `joined`
 *     last connection leaves ──► broadcast `left`
 *     other connections ───────► silent
 *
 * The automatic subscription to the default room does not count, and is silent too.
 *
 * Joins and leaves of one user can overlap, and a broadcast takes time. So a later change may have a
 * faster broadcast. Each announcement is therefore verified after its broadcast:
 *
 *     leave  ── remove ── read: none left ───────────────── `left` ── read: present ── `joined` ── read: yes
 *     join         ─────────────────── write ── `joined` ── read: yes
 *     members see                                `joined`    `left`                     `joined`
 *
 * So the last announcement of a user is true:
 *
 * - The last change of a user's presence is announced after it. A leave that changes it finds no other
 *   subscription afterwards. A join that changes it cannot find a subscription that was there all the time.
 * - If an announcement is made after the last change, its verification reads the final presence. If the
 *   announcement is not true, another one follows.
 */
export interface Presence {
  /** Stores a new connection. Returns false if its user has too many. */
  open(connection: Connection): Promise<boolean>;
  /** Adds a connection to a room. */
  join(connection: Connection, room: string): Promise<JoinResult>;
  /** Removes a connection from a room. */
  leave(connection: Connection, room: string): Promise<void>;
  /** Removes a closed connection from all its rooms. */
  close(connectionId: string): Promise<void>;
}

/** The dependencies of presence. */
export interface PresenceDeps {
  readonly store: Pick<Store, 'connections' | 'members'>;
  readonly broadcast: Broadcast;
  /** The most members of a room with announcements. Clients of larger rooms request `members`. */
  readonly presenceLimit: number;
}

/**
 * The most broadcasts of one announcement. Each one but the first follows a change during the one before.
 * The limit is for a user who joins and leaves all the time, by many connections.
 */
const maxBroadcasts = 8;

/** Creates presence. */
export function createPresence(deps: PresenceDeps): Presence {
  const { connections } = deps.store;
  return {
    open: (connection) => open(deps, connection),
    join: (connection, room) => join(deps, connection, room),

    async leave(connection, room) {
      await announceIfLast(deps, await connections.leave(connection, room));
    },

    close: (connectionId) => close(deps, connectionId),
  };
}

async function open(deps: PresenceDeps, connection: Connection): Promise<boolean> {
  const result = await deps.store.connections.add(connection);
  if (result !== 'taken') return result === 'added';
  // API Gateway reused this id and never reported the end of the old connection. Remove its rooms first.
  await close(deps, connection.connectionId);
  return open(deps, connection);
}

/** Closes a connection. If it fails, it announces the subscriptions that it removed before. */
async function close(deps: PresenceDeps, connectionId: string): Promise<void> {
  const removed: Subscriber[] = [];
  try {
    await deps.store.connections.close(connectionId, removed);
  } finally {
    await settleAll(removed.map((subscription) => announceIfLast(deps, subscription)));
  }
}

async function join(deps: PresenceDeps, connection: Connection, room: string): Promise<JoinResult> {
  const { connections, members } = deps.store;
  const { userId, connectionId } = connection;
  const subscriptions = await members.forUser(room, userId);
  const before = subscriptions.filter(({ announced }) => announced);
  const isAnnounced = before.some((own) => own.connectionId === connectionId);
  if (isAnnounced && connection.rooms.has(room)) return 'joined';
  const result = await connections.join(connection, room, subscriptions.length > 0);
  // A connection that is closed meanwhile was a member for a moment. A leave may have relied on that.
  const type = result === 'closed' ? 'left' : 'joined';
  const isRejected = result === 'full' || result === 'too_many_rooms';
  if (!isRejected && !(await isAnyStillThere(deps, before))) {
    await announce(deps, type, { room, ...connection });
  }
  return result;
}

/** Returns whether a user was present all the time since `before`, by one subscription at least. */
async function isAnyStillThere(deps: PresenceDeps, before: readonly Subscription[]) {
  const [first] = before;
  if (!first) return false;
  const after = await readAnnounced(deps, first.room, first.userId);
  const isThere = ({ connectionId, nonce }: Subscription) =>
    after.some((own) => own.connectionId === connectionId && own.nonce === nonce);
  return before.some(isThere);
}

/** Announces that a user has left, unless another connection of theirs is still in the room. */
export async function announceIfLast(
  deps: PresenceDeps,
  subscriber: Subscriber | undefined,
): Promise<void> {
  if (!subscriber?.announced) return;
  const remaining = await readAnnounced(deps, subscriber.room, subscriber.userId);
  if (remaining.length === 0) await announce(deps, 'left', subscriber);
}

/** Announces a change of a user's presence, and corrects the announcement until it is true. */
async function announce(
  deps: PresenceDeps,
  change: 'joined' | 'left',
  { room, userId, name, connectionId }: Omit<Subscriber, 'connectedAt' | 'announced'>,
): Promise<void> {
  const options = { exclude: connectionId, maxMembers: deps.presenceLimit };
  let event = { type: change, room, from: { userId, name } };
  for (let count = 0; count < maxBroadcasts; count += 1) {
    const { delivered, gone, failed, enqueued } = await deps.broadcast(event, options);
    // An announcement that reaches no connection need not be true.
    if (delivered + gone + failed + enqueued === 0) return;
    const [present] = await readAnnounced(deps, room, userId);
    const type = present ? 'joined' : 'left';
    if (type === event.type) return;
    event = { type, room, from: { userId, name: present?.name ?? name } };
  }
}

/** Reads a user's subscriptions to a room, without silent ones. */
async function readAnnounced({ store }: PresenceDeps, room: string, userId: string) {
  const subscriptions = await store.members.forUser(room, userId);
  return subscriptions.filter(({ announced }) => announced);
}
