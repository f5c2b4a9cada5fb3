import type { Event } from '../../schemas/index.ts';
import type { Store } from '../store/index.ts';
import type { Subscriber } from '../store/members.ts';
import type { Outcome, Post } from './post.ts';

/** What became of one event's deliveries. */
export type Tally = Record<Outcome, number>;

/**
 * Delivers an event to everyone in a room, but for one connection. A recipient that is dead, slow
 * or refused harms nobody: it is counted. Throws only where the members cannot be read.
 */
export type Broadcast = (room: string, event: Event, except: string) => Promise<Tally>;

/** What a broadcast is made of. */
export interface BroadcastParts {
  readonly store: Pick<Store, 'members' | 'connections'>;
  readonly post: Post;
  readonly clock: () => number;
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Deliveries on their way at once: enough to fill a core, few enough for a Lambda's sockets. */
const concurrency = 64;

/**
 * A connection is stored before its `$connect` returns, and until then the gateway answers 410 for
 * it. So a 410 proves nothing within the longest that a `$connect` can take.
 */
const settlingMs = 30_000;

/** Builds the fan-out: each recipient on its own, so many at once, the payload made once. */
export function createBroadcast({ store, post, clock, onFailure }: BroadcastParts): Broadcast {
  async function forget(subscriber: Subscriber): Promise<void> {
    if (clock() - subscriber.connectedAt < settlingMs) return;
    try {
      await Promise.all([
        store.members.remove(subscriber),
        store.connections.close(subscriber.connectionId),
      ]);
    } catch (cause) {
      onFailure(subscriber.connectionId, cause);
    }
  }

  return async (room, event, except) => {
    const frame = JSON.stringify(event);
    const tally: Tally = { delivered: 0, gone: 0, failed: 0 };
    const subscribers = store.members.subscribers(room);
    const work = async () => {
      for await (const subscriber of subscribers) {
        if (subscriber.connectionId === except) continue;
        const outcome = await post(subscriber.connectionId, frame);
        tally[outcome] += 1;
        if (outcome === 'gone') await forget(subscriber);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return tally;
  };
}
