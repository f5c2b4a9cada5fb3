import type { Broadcast } from './delivery/broadcast.ts';
import type { EvictAll } from './delivery/deliver.ts';
import { settleAll } from './lib/concurrency.ts';
import { withTimeout } from './lib/deadline.ts';
import { announceIfLast } from './presence.ts';
import type { Store } from './store/index.ts';
import type { Members, Recipient, Subscriber } from './store/members.ts';

type RoomReader = Pick<Members, 'subscribers'>;

/** The dependencies of evictions. */
export interface EvictionDeps {
  readonly store: Pick<Store, 'connections' | 'members'>;
  /** Creates a broadcast to the recipients that `members` reads. */
  readonly createBroadcast: (members: RoomReader) => Broadcast;
  /** The most members of a room with announcements. */
  readonly presenceLimit: number;
  /** Receives each connection that could not be evicted, or whose user could not be announced. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** The posts of `left` that a delivery may cause for each of its own recipients. */
const postsPerRecipient = 3;

/**
 * The connections of the first wave, and the most of a later one. The first shows how many posts an eviction
 * causes: it causes more if the dead are in other rooms too.
 */
const firstWaveSize = 4;
const maxWaveSize = 16;

/** The longest time for one read of an announcement, in milliseconds. */
const readTimeoutMs = 500;

/** The longest time for the removal of one connection, in milliseconds. */
const closeTimeoutMs = 1_000;

/**
 * Creates evictions of the connections that a delivery found dead. Each user who has left is announced to all
 * who live: fifty of a hundred members cause 2,500 posts. So a delivery evicts in waves, within a budget:
 *
 *     wave      close up to 16 dead ──► read each of their rooms once ──► post `left` to all but the dead
 *     budget    3 posts a recipient ──► next wave, as large as the rest of the budget ──► …
 *     the end   the other dead stay: the next message finds them
 *
 * The budget is enough for three evictions at least, so every message makes progress. A room without
 * announcements consumes no posts, so only time limits its evictions.
 *
 * A wave is never interrupted, so it may exceed the budget: one eviction announces in each room of its connection.
 */
export function createEvictAll(deps: EvictionDeps): EvictAll {
  return async (dead, recipientCount, signal) => {
    const deadIds = new Set(dead.map(({ connectionId }) => connectionId));
    const budget = postsPerRecipient * recipientCount;
    // The sender is not a recipient, but gets `left` too.
    const livingCount = recipientCount - dead.length + 1;
    const late: Recipient[] = [];
    let posts = 0;
    for (let done = 0; done < dead.length; ) {
      if (signal.aborted) return [...late, ...dead.slice(done)];
      const postsPerEviction = Math.max(livingCount, done === 0 ? 0 : posts / done);
      const affordable = Math.floor((budget - posts) / postsPerEviction);
      if (affordable < 1) break;
      const size = Math.min(affordable, firstWaveSize + done, maxWaveSize);
      const wave = dead.slice(done, done + size);
      done += wave.length;
      const result = await evictWave(deps, wave, deadIds, signal);
      late.push(...result.late);
      posts += result.posts;
    }
    return late;
  };
}

/**
 * Evicts a few connections. Returns those whose eviction failed after the end of the time. The end interrupts
 * none: the table may remove a subscription although its answer is lost. No later eviction would find it.
 */
async function evictWave(
  deps: EvictionDeps,
  wave: readonly Recipient[],
  dead: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<{ posts: number; late: Recipient[] }> {
  const removed: Subscriber[] = [];
  const late: Recipient[] = [];
  const closing = wave.map(async (recipient) => {
    try {
      await patiently(() => close(deps, recipient, removed), closeTimeoutMs);
    } catch (cause) {
      if (signal.aborted) late.push(recipient);
      else deps.onFailure(recipient.connectionId, cause);
    }
  });
  await settleAll(closing);
  return { posts: await announceAll(deps, removed, dead), late };
}

/**
 * Closes a connection, and adds its subscriptions to `removed`, even if it throws later. The subscription to
 * the room of the delivery may be all that is left of the connection.
 */
async function close(
  { store }: EvictionDeps,
  recipient: Recipient,
  removed: Subscriber[],
): Promise<void> {
  const listed: Subscriber[] = [];
  try {
    await store.connections.close(recipient.connectionId, listed);
  } finally {
    removed.push(...listed);
  }
  if (listed.some(({ room }) => room === recipient.room)) return;
  const orphan = await store.members.remove(recipient);
  if (orphan) removed.push(orphan);
}

/** Announces to each room who has left, and to none of the dead. Returns the number of posts. */
async function announceAll(
  { store, createBroadcast, presenceLimit, onFailure }: EvictionDeps,
  removed: readonly Subscriber[],
  dead: ReadonlySet<string>,
): Promise<number> {
  let posts = 0;
  const broadcast = createBroadcast(readOnce(store.members));
  const countPosts: Broadcast = async (event, options) => {
    const result = await broadcast(event, { ...options, dead });
    posts += result.delivered + result.gone + result.failed + result.enqueued;
    return result;
  };
  // The subscriptions are gone, so no later eviction would announce these users.
  const members = {
    ...store.members,
    forUser: (room: string, userId: string) => patiently(() => store.members.forUser(room, userId)),
  };
  const presence = { store: { ...store, members }, broadcast: countPosts, presenceLimit };
  // A user's last connections may have died together. Their user has left once.
  const announced = removed.filter((subscriber) => subscriber.announced);
  const byUser = new Map(announced.map((one) => [`${one.room} ${one.userId}`, one]));
  const announcing = [...byUser.values()].map(async (subscriber) => {
    try {
      await announceIfLast(presence, subscriber);
    } catch (cause) {
      onFailure(subscriber.connectionId, cause);
    }
  });
  await settleAll(announcing);
  return posts;
}

/** Reads each page of a room once, when it is first asked for. */
function readOnce(members: RoomReader): RoomReader {
  const rooms = new Map<string, ReturnType<typeof createPageReader>>();
  return {
    async *subscribers(room, pageSize) {
      const readPage =
        rooms.get(room) ?? createPageReader(() => members.subscribers(room, pageSize));
      rooms.set(room, readPage);
      for (let index = 0; ; index += 1) {
        const { done, value } = await readPage(index);
        if (done) return;
        yield value;
      }
    },
  };
}

/** Creates a reader of pages, in order. All announcements share a page, so its read is retried once. */
function createPageReader(open: () => AsyncGenerator<Recipient[], void, undefined>) {
  let pages = open();
  const readNext = async (index: number) => {
    try {
      return await patiently(() => pages.next());
    } catch {
      // The failure has ended these pages, and the next one would look like the end of the room.
      pages = open();
      for (let skipped = 0; skipped < index; skipped += 1) await patiently(() => pages.next());
      return patiently(() => pages.next());
    }
  };
  const read: Promise<IteratorResult<Recipient[], void>>[] = [];
  return (index: number) => {
    const page = read[index] ?? readNext(index);
    read[index] = page;
    return page;
  };
}

/** Runs a task that goes on if the time of the delivery is over. It ends with the invocation. */
const patiently = <T>(task: () => Promise<T>, timeoutMs = readTimeoutMs) =>
  withTimeout(timeoutMs, task, 'invocation');
