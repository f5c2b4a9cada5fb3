import { createPayload } from '../aws/sigv4.ts';
import { forEachConcurrent } from '../lib/concurrency.ts';
import { remainingMs, withTimeout } from '../lib/deadline.ts';
import type { Recipient } from '../store/members.ts';
import type { DeliveryOutcome, PostToConnection } from './post-to-connection.ts';

/** How many deliveries came to what. */
export type DeliveryCounts = Readonly<Record<DeliveryOutcome, number>>;

/** Delivers a frame to many. A recipient that is dead, slow or refused harms nobody: it is counted. */
export interface Deliver {
  /** Takes at most so many milliseconds, and tells who has not got the frame by then. */
  deliverWithin(
    frame: string,
    to: readonly Recipient[],
    withinMs: number,
  ): Promise<PartialDelivery>;
  /** Takes what time the invocation has; who has not got the frame by then is given up and reported. */
  deliverAll(frame: string, to: readonly Recipient[]): Promise<DeliveryCounts>;
}

/** What came of deliveries that were cut short. */
export interface PartialDelivery {
  readonly counts: DeliveryCounts;
  /** Who has not got the frame, or is dead and not yet forgotten; none of them is in the tally. */
  readonly undelivered: readonly Recipient[];
}

/** What delivering takes. */
export interface DeliverDeps {
  readonly postToConnection: PostToConnection;
  /** Removes a connection that has ended. */
  readonly evict: (recipient: Recipient) => Promise<void>;
  readonly now: () => number;
  /** Told of a recipient that was given up for want of time, or that could not be forgotten. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Deliveries on their way at once: enough to fill a core, few enough for a Lambda's sockets. */
const concurrency = 64;

/**
 * A connection is stored before its `$connect` returns, and until then the gateway answers 410 for
 * it. So a 410 proves nothing within the longest that a `$connect` can take.
 */
const connectGraceMs = 30_000;

/** What an invocation needs at its end to count up and to answer. */
const responseReserveMs = 200;

const forEachRecipient = (some: readonly Recipient[], work: (one: Recipient) => Promise<void>) =>
  forEachConcurrent(some.values(), Math.min(concurrency, some.length), work);

/** Builds the delivery to many: each recipient on its own, so many at once, the payload made once. */
export function createDeliver({ postToConnection, evict, now, onFailure }: DeliverDeps): Deliver {
  const deliverWithin: Deliver['deliverWithin'] = (frame, to, withinMs) =>
    withTimeout(withinMs, async (over) => {
      const payload = createPayload(frame);
      const counts = { delivered: 0, gone: 0, failed: 0 };
      const dead: Recipient[] = [];
      const undelivered: Recipient[] = [];
      await forEachRecipient(to, async (recipient) => {
        const { connectionId, connectedAt } = recipient;
        const outcome = over.aborted ? 'failed' : await postToConnection(connectionId, payload);
        if (outcome === 'failed' && over.aborted) undelivered.push(recipient);
        else if (outcome === 'gone' && now() - connectedAt >= connectGraceMs) dead.push(recipient);
        else counts[outcome] += 1;
      });
      // Only now: nobody living waits for the dead.
      await forEachRecipient(dead, async (recipient) => {
        const failed = (cause: unknown) => over.aborted || onFailure(recipient.connectionId, cause);
        if (!over.aborted) await evict(recipient).catch(failed);
        if (over.aborted) undelivered.push(recipient);
        else counts.gone += 1;
      });
      return { counts, undelivered };
    });

  return {
    deliverWithin,
    async deliverAll(frame, to) {
      const { counts, undelivered } = await deliverWithin(
        frame,
        to,
        remainingMs() - responseReserveMs,
      );
      for (const { connectionId } of undelivered) onFailure(connectionId, 'no time left');
      return { ...counts, failed: counts.failed + undelivered.length };
    },
  };
}
