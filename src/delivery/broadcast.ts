import type { Event } from '../../schemas/index.ts';
import { allDone } from '../alldone.ts';
import { deadline } from '../deadline.ts';
import type { Members, Subscriber } from '../store/members.ts';
import type { Outcome, Post } from './post.ts';

/** What became of one event's deliveries. */
export type Tally = Record<Outcome, number>;

/** How to deliver an event. */
export interface Delivery {
  /** The connection that gets nothing: the one that caused the event. */
  readonly except?: string;
  /** Deliver only in a room of up to so many people; default in any. */
  readonly upTo?: number;
}

/**
 * Delivers an event to everyone in a room. A recipient that is dead, slow or refused harms nobody:
 * it is counted. Throws only where the members cannot be read.
 */
export type Broadcast = (event: Event, delivery: Delivery) => Promise<Tally>;

/** What a broadcast is made of. */
export interface BroadcastParts {
  readonly members: Pick<Members, 'subscribers'>;
  readonly post: Post;
  /** Removes a connection that has ended. */
  readonly forget: (subscriber: Subscriber) => Promise<void>;
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
export function createBroadcast(parts: BroadcastParts): Broadcast {
  const { members, post, forget, clock, onFailure } = parts;
  return async (event, { except, upTo }) => {
    const tally: Tally = { delivered: 0, gone: 0, failed: 0 };
    const dead: Subscriber[] = [];
    const recipients =
      upTo === undefined ? members.subscribers(event.room) : await crowd(members, event.room, upTo);
    const frame = JSON.stringify(event);
    await sideBySide(recipients, async (subscriber) => {
      if (subscriber.connectionId === except) return;
      const outcome = await post(subscriber.connectionId, frame);
      tally[outcome] += 1;
      if (outcome === 'gone' && clock() - subscriber.connectedAt >= settlingMs)
        dead.push(subscriber);
    });
    // Only now: nobody living waits for the dead.
    await sideBySide(dead.values(), (subscriber) =>
      forget(subscriber).catch((cause) => onFailure(subscriber.connectionId, cause)),
    );
    return tally;
  };
}

/** Does the same for each of many, so many at a time, until the invocation's time is over. */
async function sideBySide(
  many: AsyncIterableIterator<Subscriber> | IterableIterator<Subscriber>,
  work: (one: Subscriber) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    for await (const one of many) {
      if (deadline.getStore()?.aborted) return;
      await work(one);
    }
  };
  await allDone(Array.from({ length: concurrency }, worker));
}

/** Everyone in a room of up to so many people; nobody in a larger one, which is not read through. */
async function crowd(members: BroadcastParts['members'], room: string, upTo: number) {
  const people = new Set<string>();
  const all: Subscriber[] = [];
  for await (const subscriber of members.subscribers(room, 2 * upTo + 1)) {
    all.push(subscriber);
    if (people.add(subscriber.userId).size > upTo) return [].values();
  }
  return all.values();
}
