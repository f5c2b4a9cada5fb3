import type { Event } from '../../../schemas/index.ts';
import { sideBySide } from '../lib/concurrency.ts';
import { remainingMs, within } from '../lib/deadline.ts';
import { frameOf } from '../lib/frame.ts';
import type { Members, Recipient } from '../store/members.ts';
import { type Cut, cut } from './chunk.ts';
import type { Deliver, Tally } from './deliver.ts';
import type { HandOver } from './enqueue-chunk.ts';

/** What became of one event's deliveries. */
export interface Outcomes extends Tally {
  /** Left to other invocations. */
  readonly handedOver: number;
}

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
export type Broadcast = (event: Event, delivery: Delivery) => Promise<Outcomes>;

/** What a broadcast is made of. */
export interface BroadcastParts {
  readonly members: Pick<Members, 'subscribers'>;
  readonly deliver: Deliver;
  readonly handOver: HandOver;
  /** One invocation delivers to so many recipients; the rest is handed over in such parts. */
  readonly threshold: number;
}

/** How long the ack of a request waits for slow recipients. */
const patienceMs = 1_000;

/** Chunks on their way at once. */
const handingOver = 16;

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
export function createBroadcast(parts: BroadcastParts): Broadcast {
  const { members, deliver, threshold } = parts;
  return async (event, delivery) => {
    const frame = frameOf(event);
    const pages = recipientsOf(members, event.room, delivery);
    const first = await take(pages, threshold);
    const { tally, left } =
      first.length > threshold
        ? { tally: none, left: first }
        : await deliver.begin(frame, first, Math.min(patienceMs, remainingMs() / 2));
    if (left.length === 0) return { ...tally, handedOver: 0 };
    const { handedOver, refused } = await handAllOver(parts, frame, chain(left, pages));
    const late = refused.length === 0 ? none : await deliver.complete(frame, refused);
    return {
      delivered: tally.delivered + late.delivered,
      gone: tally.gone + late.gone,
      failed: tally.failed + late.failed,
      handedOver,
    };
  };
}

const none: Tally = { delivered: 0, gone: 0, failed: 0 };

/** Hands chunks over, each on its own, while the recipients of the next ones are read. */
async function handAllOver(
  { handOver, threshold }: BroadcastParts,
  frame: string,
  pages: AsyncIterable<readonly Recipient[]>,
) {
  const refused: Recipient[] = [];
  let handedOver = 0;
  const end = performance.now() + remainingMs() / 2;
  const hand = async ({ text, recipients }: Cut, over: AbortSignal) => {
    if (!over.aborted && (await handOver(text))) handedOver += recipients.length;
    else refused.push(...recipients);
  };
  await sideBySide(cut(frame, pages, threshold), handingOver, (chunk) =>
    // Those who are left by a part of the work that may not go on must be handed over all the same.
    within(end - performance.now(), (over) => hand(chunk, over), 'invocation'),
  );
  return { handedOver, refused };
}

/** A room's recipients, page by page. */
async function* recipientsOf(
  members: BroadcastParts['members'],
  room: string,
  { except, upTo }: Delivery,
): AsyncGenerator<Recipient[], void, undefined> {
  const pages =
    upTo === undefined
      ? members.subscribers(room, pageSize)
      : [await crowd(members, room, upTo)].values();
  for await (const page of pages) yield page.filter(({ connectionId }) => connectionId !== except);
}

/** Everyone in a room of up to so many people; nobody in a larger one, which is not read through. */
async function crowd(members: BroadcastParts['members'], room: string, upTo: number) {
  const people = new Set<string>();
  const all: Recipient[] = [];
  for await (const page of members.subscribers(room, 2 * upTo + 1)) {
    for (const { userId } of page) people.add(userId);
    if (people.size > upTo) return [];
    all.push(...page);
  }
  return all;
}

/** The first of the pages, until there are more than so many recipients or no more. */
async function take(pages: AsyncIterator<readonly Recipient[], void>, count: number) {
  const taken: Recipient[] = [];
  while (taken.length <= count) {
    const next = await pages.next();
    if (next.done) break;
    taken.push(...next.value);
  }
  return taken;
}

async function* chain(first: readonly Recipient[], rest: AsyncIterable<readonly Recipient[]>) {
  yield first;
  yield* rest;
}
