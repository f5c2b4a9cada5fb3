import type { Event } from '../../../schemas/index.ts';
import { forEachConcurrent } from '../lib/concurrency.ts';
import { remainingMs, withTimeout } from '../lib/deadline.ts';
import { encodeFrame } from '../lib/frame.ts';
import type { Members, Recipient } from '../store/members.ts';
import { type EncodedChunk, splitIntoChunks } from './chunk.ts';
import type { Deliver, DeliveryCounts } from './deliver.ts';
import type { EnqueueChunk } from './enqueue-chunk.ts';

/** What became of one event's deliveries. */
export interface BroadcastResult extends DeliveryCounts {
  /** Left to other invocations. */
  readonly enqueued: number;
}

/** How to deliver an event. */
export interface BroadcastOptions {
  /** The connection that gets nothing: the one that caused the event. */
  readonly exclude?: string;
  /** Deliver only in a room of up to so many people; default in any. */
  readonly maxMembers?: number;
}

/**
 * Delivers an event to everyone in a room. A recipient that is dead, slow or refused harms nobody:
 * it is counted. Throws only where the members cannot be read.
 */
export type Broadcast = (event: Event, delivery: BroadcastOptions) => Promise<BroadcastResult>;

/** What a broadcast is made of. */
export interface BroadcastDeps {
  readonly members: Pick<Members, 'subscribers'>;
  readonly deliver: Deliver;
  readonly enqueueChunk: EnqueueChunk;
  /** One invocation delivers to so many recipients; the rest is handed over in such parts. */
  readonly threshold: number;
}

/** How long the ack of a request waits for slow recipients. */
const ackWaitMs = 1_000;

/** Chunks on their way at once. */
const enqueueConcurrency = 16;

/** Recipients read at once. Of more, the first chunks would go out later; of fewer, reading takes longer. */
const pageSize = 2_000;

/**
 * Builds the fan-out:
 *
 *     recipients ── up to the threshold ──► deliver, for a second ── those not done ──┐
 *         │                                                                           ▼
 *         └── more ──────────────────────────────────────────────────────► hand over in chunks
 *                                                                                     │ refused
 *                                                                                     ▼
 *                                                            deliver in the time that is left
 *
 * Of that time, should it be short, the first may use half and the second half of what then remains.
 */
export function createBroadcast(deps: BroadcastDeps): Broadcast {
  const { members, deliver, threshold } = deps;
  return async (event, options) => {
    const frame = encodeFrame(event);
    const pages = readRecipients(members, event.room, options);
    const first = await takeUntil(pages, threshold);
    const { counts, undelivered } =
      first.length > threshold
        ? { counts: zeroCounts, undelivered: first }
        : await deliver.deliverWithin(frame, first, Math.min(ackWaitMs, remainingMs() / 2));
    if (undelivered.length === 0) return { ...counts, enqueued: 0 };
    const { handedOver: enqueued, refused: rejected } = await enqueueAll(
      deps,
      frame,
      concat(undelivered, pages),
    );
    const second = rejected.length === 0 ? zeroCounts : await deliver.deliverAll(frame, rejected);
    return {
      delivered: counts.delivered + second.delivered,
      gone: counts.gone + second.gone,
      failed: counts.failed + second.failed,
      enqueued,
    };
  };
}

const zeroCounts: DeliveryCounts = { delivered: 0, gone: 0, failed: 0 };

/** Hands chunks over, each on its own, while the recipients of the next ones are read. */
async function enqueueAll(
  { enqueueChunk, threshold }: BroadcastDeps,
  frame: string,
  pages: AsyncIterable<readonly Recipient[]>,
) {
  const rejected: Recipient[] = [];
  let enqueued = 0;
  const end = performance.now() + remainingMs() / 2;
  const enqueue = async ({ text, recipients }: EncodedChunk, over: AbortSignal) => {
    if (!over.aborted && (await enqueueChunk(text))) enqueued += recipients.length;
    else rejected.push(...recipients);
  };
  await forEachConcurrent(splitIntoChunks(frame, pages, threshold), enqueueConcurrency, (chunk) =>
    // Those who are left by a part of the work that may not go on must be handed over all the same.
    withTimeout(end - performance.now(), (over) => enqueue(chunk, over), 'invocation'),
  );
  return { handedOver: enqueued, refused: rejected };
}

/** A room's recipients, page by page. */
async function* readRecipients(
  members: BroadcastDeps['members'],
  room: string,
  { exclude, maxMembers }: BroadcastOptions,
): AsyncGenerator<Recipient[], void, undefined> {
  const pages =
    maxMembers === undefined
      ? members.subscribers(room, pageSize)
      : [await readSmallRoom(members, room, maxMembers)].values();
  for await (const page of pages) yield page.filter(({ connectionId }) => connectionId !== exclude);
}

/** Everyone in a room of up to so many people; nobody in a larger one, which is not read through. */
async function readSmallRoom(members: BroadcastDeps['members'], room: string, maxMembers: number) {
  const people = new Set<string>();
  const all: Recipient[] = [];
  for await (const page of members.subscribers(room, 2 * maxMembers + 1)) {
    for (const { userId } of page) people.add(userId);
    if (people.size > maxMembers) return [];
    all.push(...page);
  }
  return all;
}

/** The first of the pages, until there are more than so many recipients or no more. */
async function takeUntil(pages: AsyncIterator<readonly Recipient[], void>, count: number) {
  const taken: Recipient[] = [];
  while (taken.length <= count) {
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
