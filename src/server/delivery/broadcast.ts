import type { Event } from '../../../schemas/index.ts';
import { forEachConcurrent } from '../lib/concurrency.ts';
import { remainingMs, withTimeout } from '../lib/deadline.ts';
import { recordBroadcast } from '../observability/delivery-metrics.ts';
import type { Members, Recipient } from '../store/members.ts';
import { type EncodedChunk, splitIntoChunks } from './chunk.ts';
import { type Deliver, type DeliveryCounts, encodeOutgoing } from './deliver.ts';
import type { EnqueueChunk } from './enqueue-chunk.ts';

/** The numbers of an event's deliveries, by their outcome. */
export interface BroadcastResult extends DeliveryCounts {
  /** Deliveries that were enqueued for other invocations. */
  readonly enqueued: number;
}

/** How to broadcast an event. */
export interface BroadcastOptions {
  /** The connection that gets nothing: the one that caused the event. */
  readonly exclude?: string;
  /** Connections that are known to be dead. They get nothing either. */
  readonly dead?: ReadonlySet<string>;
  /** The largest room, in users, that gets the event. @default unlimited */
  readonly maxMembers?: number;
}

/**
 * Delivers an event to all connections of a room. A recipient that is dead, slow or refused affects
 * no other one: it is counted. Throws only if the members cannot be read.
 */
export type Broadcast = (event: Event, options: BroadcastOptions) => Promise<BroadcastResult>;

/** The dependencies of a broadcast. */
export interface BroadcastDeps {
  readonly members: Pick<Members, 'subscribers'>;
  readonly deliver: Deliver;
  readonly enqueueChunk: EnqueueChunk;
  /** The most recipients of one invocation. It enqueues the rest in chunks of this size. */
  readonly threshold: number;
}

/** How long the ack of a request waits for slow recipients, in milliseconds. */
const ackWaitMs = 1_000;

/** The number of chunks that are enqueued at the same time. */
const enqueueConcurrency = 16;

/** The recipients of one read. More would delay the first chunks, fewer would slow down the reading. */
const pageSize = 2_000;

/**
 * Creates the fan-out:
 *
 *     recipients ── up to the threshold ──► deliver, for a second ── undelivered ─────┐
 *         │                                                                           ▼
 *         └── more ──────────────────────────────────────────────────────► enqueue in chunks
 *                                                                                     │ rejected
 *                                                                                     ▼
 *                                                          deliver in the remaining time
 *
 * If time is short, the first step uses half of it, and the second one half of the rest.
 */
export function createBroadcast(deps: BroadcastDeps): Broadcast {
  return async (event, options) => {
    const startedAt = performance.now();
    const result = await fanOut(deps, event, options);
    recordBroadcast(result, performance.now() - startedAt);
    return result;
  };
}

const zeroCounts: DeliveryCounts = { delivered: 0, gone: 0, failed: 0 };

async function fanOut(
  deps: BroadcastDeps,
  event: Event,
  options: BroadcastOptions,
): Promise<BroadcastResult> {
  const { members, deliver, threshold } = deps;
  const outgoing = encodeOutgoing(event);
  const pages = readRecipients(members, event.room, options);
  const first = await takeUntil(pages, threshold);
  const { counts, undelivered } =
    first.length > threshold
      ? { counts: zeroCounts, undelivered: first }
      : await deliver.deliverWithin(outgoing, first, Math.min(ackWaitMs, remainingMs() / 2));
  if (undelivered.length === 0) return { ...counts, enqueued: 0 };
  const { enqueued, rejected } = await enqueueAll(deps, outgoing.frame, concat(undelivered, pages));
  const second = rejected.length === 0 ? zeroCounts : await deliver.deliverAll(outgoing, rejected);
  return {
    delivered: counts.delivered + second.delivered,
    gone: counts.gone + second.gone,
    failed: counts.failed + second.failed,
    enqueued,
  };
}

/** Enqueues chunks, several at a time, while it reads the recipients of the next ones. */
async function enqueueAll(
  { enqueueChunk, threshold }: BroadcastDeps,
  frame: string,
  pages: AsyncIterable<readonly Recipient[]>,
) {
  const rejected: Recipient[] = [];
  let enqueued = 0;
  const end = performance.now() + remainingMs() / 2;
  const enqueue = async ({ text, recipients }: EncodedChunk, signal: AbortSignal) => {
    if (!signal.aborted && (await enqueueChunk(text))) enqueued += recipients.length;
    else rejected.push(...recipients);
  };
  await forEachConcurrent(splitIntoChunks(frame, pages, threshold), enqueueConcurrency, (chunk) =>
    // The part of the work that left these recipients may have timed out. They are enqueued anyway.
    withTimeout(end - performance.now(), (signal) => enqueue(chunk, signal), 'invocation'),
  );
  return { enqueued, rejected };
}

/** Reads the recipients of a room, page by page. */
async function* readRecipients(
  members: BroadcastDeps['members'],
  room: string,
  { exclude, dead, maxMembers }: BroadcastOptions,
): AsyncGenerator<Recipient[], void, undefined> {
  const pages =
    maxMembers === undefined
      ? members.subscribers(room, pageSize)
      : [await readSmallRoom(members, room, maxMembers)].values();
  for await (const page of pages) {
    yield page.filter(({ connectionId }) => connectionId !== exclude && !dead?.has(connectionId));
  }
}

/** Reads a room of up to `maxMembers` users. Returns no recipient of a larger one, and stops early. */
async function readSmallRoom(members: BroadcastDeps['members'], room: string, maxMembers: number) {
  const users = new Set<string>();
  const recipients: Recipient[] = [];
  for await (const page of members.subscribers(room, 2 * maxMembers + 1)) {
    for (const { userId } of page) users.add(userId);
    if (users.size > maxMembers) return [];
    recipients.push(...page);
  }
  return recipients;
}

/** Takes whole pages until it has more than `limit` recipients, or all. */
async function takeUntil(pages: AsyncIterator<readonly Recipient[], void>, limit: number) {
  const taken: Recipient[] = [];
  while (taken.length <= limit) {
    const next = await pages.next();
    if (next.done) break;
    taken.push(...next.value);
  }
  return taken;
}

async function* concat(first: readonly Recipient[], rest: AsyncIterable<readonly Recipient[]>) {
  yield first;
  yield* rest;
}
