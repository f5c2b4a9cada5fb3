import { createPayload } from '../aws/sigv4.ts';
import { forEachConcurrent } from '../lib/concurrency.ts';
import { remainingMs, withTimeout } from '../lib/deadline.ts';
import type { Recipient } from '../store/members.ts';
import type { DeliveryOutcome, PostToConnection } from './post-to-connection.ts';

/** The number of deliveries by outcome. */
export type DeliveryCounts = Readonly<Record<DeliveryOutcome, number>>;

/** Delivers a frame to many. A dead, slow or rejected recipient does not affect others: it is counted. */
export interface Deliver {
  /** Delivers for up to `timeoutMs`, and returns the recipients that do not have the frame by then. */
  deliverWithin(
    frame: string,
    recipients: readonly Recipient[],
    timeoutMs: number,
  ): Promise<PartialDelivery>;
  /** Delivers in the remaining time of the invocation, and reports recipients that it does not reach. */
  deliverAll(frame: string, recipients: readonly Recipient[]): Promise<DeliveryCounts>;
}

/** The result of deliveries with a timeout. */
export interface PartialDelivery {
  readonly counts: DeliveryCounts;
  /** Recipients without the frame, and dead ones that are not evicted yet. The counts leave them out. */
  readonly undelivered: readonly Recipient[];
}

/** The dependencies of deliveries. */
export interface DeliverDeps {
  readonly postToConnection: PostToConnection;
  /** Removes a connection that has ended. */
  readonly evict: (recipient: Recipient) => Promise<void>;
  readonly now: () => number;
  /** Receives each recipient that was not reached in time, or not evicted. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Concurrent deliveries: enough to use a core, and few enough for the sockets of a function. */
const concurrency = 64;

/**
 * The longest time that a `$connect` can take, in milliseconds. A connection is stored before its
 * `$connect` returns, and until then API Gateway responds with 410. So a 410 proves nothing before.
 */
const connectGraceMs = 30_000;

/** The time that an invocation needs at its end to count and to respond, in milliseconds. */
const countingReserveMs = 200;

const forEachRecipient = (
  recipients: readonly Recipient[],
  task: (recipient: Recipient) => Promise<void>,
) => forEachConcurrent(recipients.values(), Math.min(concurrency, recipients.length), task);

/** Creates deliveries. All recipients share one payload. */
export function createDeliver(deps: DeliverDeps): Deliver {
  return {
    deliverWithin: (frame, recipients, timeoutMs) =>
      deliverWithin(deps, frame, recipients, timeoutMs),

    async deliverAll(frame, recipients) {
      const timeoutMs = remainingMs() - countingReserveMs;
      const { counts, undelivered } = await deliverWithin(deps, frame, recipients, timeoutMs);
      for (const { connectionId } of undelivered) deps.onFailure(connectionId, 'no time left');
      return { ...counts, failed: counts.failed + undelivered.length };
    },
  };
}

function deliverWithin(
  { postToConnection, evict, now, onFailure }: DeliverDeps,
  frame: string,
  recipients: readonly Recipient[],
  timeoutMs: number,
): Promise<PartialDelivery> {
  return withTimeout(timeoutMs, async (signal) => {
    const payload = createPayload(frame);
    const counts = { delivered: 0, gone: 0, failed: 0 };
    const dead: Recipient[] = [];
    const undelivered: Recipient[] = [];
    await forEachRecipient(recipients, async (recipient) => {
      const { connectionId, connectedAt } = recipient;
      const outcome = signal.aborted ? 'failed' : await postToConnection(connectionId, payload);
      if (outcome === 'failed' && signal.aborted) undelivered.push(recipient);
      else if (outcome === 'gone' && now() - connectedAt >= connectGraceMs) dead.push(recipient);
      else counts[outcome] += 1;
    });
    // Evict afterwards, so that no live recipient waits for it.
    await forEachRecipient(dead, async (recipient) => {
      const reportFailure = (cause: unknown) => {
        if (!signal.aborted) onFailure(recipient.connectionId, cause);
      };
      if (!signal.aborted) await evict(recipient).catch(reportFailure);
      if (signal.aborted) undelivered.push(recipient);
      else counts.gone += 1;
    });
    return { counts, undelivered };
  });
}
