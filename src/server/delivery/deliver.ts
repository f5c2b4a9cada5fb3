import { payloadOf } from '../aws/sigv4.ts';
import { sideBySide } from '../lib/concurrency.ts';
import { remainingMs, within } from '../lib/deadline.ts';
import type { Recipient } from '../store/members.ts';
import type { Outcome, Post } from './post-to-connection.ts';

/** How many deliveries came to what. */
export type Tally = Readonly<Record<Outcome, number>>;

/** Delivers a frame to many. A recipient that is dead, slow or refused harms nobody: it is counted. */
export interface Deliver {
  /** Takes at most so many milliseconds, and tells who has not got the frame by then. */
  begin(frame: string, to: readonly Recipient[], withinMs: number): Promise<Begun>;
  /** Takes what time the invocation has; who has not got the frame by then is given up and reported. */
  complete(frame: string, to: readonly Recipient[]): Promise<Tally>;
}

/** What came of deliveries that were cut short. */
export interface Begun {
  readonly tally: Tally;
  /** Who has not got the frame, or is dead and not yet forgotten; none of them is in the tally. */
  readonly left: readonly Recipient[];
}

/** What delivering takes. */
export interface DeliverParts {
  readonly post: Post;
  /** Removes a connection that has ended. */
  readonly forget: (recipient: Recipient) => Promise<void>;
  readonly clock: () => number;
  /** Told of a recipient that was given up for want of time, or that could not be forgotten. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Deliveries on their way at once: enough to fill a core, few enough for a Lambda's sockets. */
const concurrency = 64;

/**
 * A connection is stored before its `$connect` returns, and until then the gateway answers 410 for
 * it. So a 410 proves nothing within the longest that a `$connect` can take.
 */
const settlingMs = 30_000;

/** What an invocation needs at its end to count up and to answer. */
const answeringMs = 200;

const toEach = (some: readonly Recipient[], work: (one: Recipient) => Promise<void>) =>
  sideBySide(some.values(), Math.min(concurrency, some.length), work);

/** Builds the delivery to many: each recipient on its own, so many at once, the payload made once. */
export function createDeliver({ post, forget, clock, onFailure }: DeliverParts): Deliver {
  const begin: Deliver['begin'] = (frame, to, withinMs) =>
    within(withinMs, async (over) => {
      const payload = payloadOf(frame);
      const tally = { delivered: 0, gone: 0, failed: 0 };
      const dead: Recipient[] = [];
      const left: Recipient[] = [];
      await toEach(to, async (recipient) => {
        const { connectionId, connectedAt } = recipient;
        const outcome = over.aborted ? 'failed' : await post(connectionId, payload);
        if (outcome === 'failed' && over.aborted) left.push(recipient);
        else if (outcome === 'gone' && clock() - connectedAt >= settlingMs) dead.push(recipient);
        else tally[outcome] += 1;
      });
      // Only now: nobody living waits for the dead.
      await toEach(dead, async (recipient) => {
        const failed = (cause: unknown) => over.aborted || onFailure(recipient.connectionId, cause);
        if (!over.aborted) await forget(recipient).catch(failed);
        if (over.aborted) left.push(recipient);
        else tally.gone += 1;
      });
      return { tally, left };
    });

  return {
    begin,
    async complete(frame, to) {
      const { tally, left } = await begin(frame, to, remainingMs() - answeringMs);
      for (const { connectionId } of left) onFailure(connectionId, 'no time left');
      return { ...tally, failed: tally.failed + left.length };
    },
  };
}
