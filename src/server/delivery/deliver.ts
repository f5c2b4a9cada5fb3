import { type Event, events } from '../../../schemas/index.ts';
import { createPayload } from '../aws/sigv4.ts';
import { forEachConcurrent } from '../lib/concurrency.ts';
import { remainingMs, withTimeout } from '../lib/deadline.ts';
import { encodeFrame } from '../lib/frame.ts';
import type { Recipient } from '../store/members.ts';
import type { DeliveryOutcome, PostToConnection } from './post-to-connection.ts';

/** The number of deliveries by outcome. */
export type DeliveryCounts = Readonly<Record<DeliveryOutcome, number>>;

/** An event on its way. */
export interface OutgoingEvent {
  /** The event in JSON. */
  readonly frame: string;
  /**
   * Whether it evicts the dead. Only durable events do. An eviction causes a `left`. If that evicted too, a
   * room full of dead connections would cause posts by the square of its size.
   */
  readonly evicts: boolean;
}

/** Encodes an event for delivery. */
export const encodeOutgoing = (event: Event): OutgoingEvent => ({
  frame: encodeFrame(event),
  evicts: events[event.type].durable,
});

/** Delivers an event to many. A dead, slow or rejected recipient does not affect others: it is counted. */
export interface Deliver {
  /** Delivers for up to `timeoutMs`, and returns the recipients that do not have the event by then. */
  deliverWithin(
    event: OutgoingEvent,
    recipients: readonly Recipient[],
    timeoutMs: number,
  ): Promise<PartialDelivery>;
  /** Delivers in the remaining time of the invocation, and reports recipients that it does not reach. */
  deliverAll(event: OutgoingEvent, recipients: readonly Recipient[]): Promise<DeliveryCounts>;
}

/** The result of deliveries with a timeout. */
export interface PartialDelivery {
  readonly counts: DeliveryCounts;
  /** Recipients without the event, and dead ones that are not evicted yet. The counts leave them out. */
  readonly undelivered: readonly Recipient[];
}

/**
 * Removes connections that have ended, all or some of them. Returns those that it had no time for. Never
 * throws. `recipientCount` is the size of the delivery that found them, and `signal` ends its time.
 */
export type EvictAll = (
  dead: readonly Recipient[],
  recipientCount: number,
  signal: AbortSignal,
) => Promise<readonly Recipient[]>;

/** The dependencies of deliveries. */
export interface DeliverDeps {
  readonly postToConnection: PostToConnection;
  readonly evictAll: EvictAll;
  readonly now: () => number;
  /** Receives each recipient that was not reached in time. */
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
    deliverWithin: (event, recipients, timeoutMs) =>
      deliverWithin(deps, event, recipients, timeoutMs),

    async deliverAll(event, recipients) {
      const timeoutMs = remainingMs() - countingReserveMs;
      const { counts, undelivered } = await deliverWithin(deps, event, recipients, timeoutMs);
      for (const { connectionId } of undelivered) deps.onFailure(connectionId, 'no time left');
      return { ...counts, failed: counts.failed + undelivered.length };
    },
  };
}

function deliverWithin(
  { postToConnection, evictAll, now }: DeliverDeps,
  { frame, evicts }: OutgoingEvent,
  recipients: readonly Recipient[],
  timeoutMs: number,
): Promise<PartialDelivery> {
  return withTimeout(timeoutMs, async (signal) => {
    const payload = createPayload(frame);
    const counts = { delivered: 0, gone: 0, failed: 0 };
    const dead: Recipient[] = [];
    const undelivered: Recipient[] = [];
    await forEachRecipient(recipients, async (recipient) => {
      const outcome = signal.aborted
        ? 'failed'
        : await postToConnection(recipient.connectionId, payload);
      if (outcome === 'failed' && signal.aborted) undelivered.push(recipient);
      else if (outcome === 'gone' && evicts && isDead(recipient, now())) dead.push(recipient);
      else counts[outcome] += 1;
    });
    if (dead.length === 0) return { counts, undelivered };
    // Evict afterwards, so that no live recipient waits for it.
    const late = await evictAll(dead, recipients.length, signal);
    counts.gone += dead.length - late.length;
    return { counts, undelivered: [...undelivered, ...late] };
  });
}

/** Returns whether a 410 proves that the connection has ended. */
const isDead = ({ connectedAt }: Recipient, now: number) => now - connectedAt >= connectGraceMs;
