import type { DurableEvent } from '../../client/index.ts';
import { type Amendment, applyAmendment, type Message, toMessage } from './message.ts';
import {
  covers,
  insertMessage,
  keepNewest,
  keepOldest,
  type MessageRange,
  mapMessages,
  mergeRanges,
} from './message-range.ts';

/** At most so many messages are shown, and so in the document. */
export const maxShown = 200;

/** So many of the newest are kept while one looks at older ones. */
export const maxLatestKept = 100;

/**
 * A room’s messages, as far as they are held: the newest, and what one looks at instead when one has
 * scrolled far back. What falls out at one end is loaded again when one comes back to it.
 *
 *     ……… past ……… tail ─► what comes
 */
export class Timeline {
  #latest: MessageRange | undefined;
  #history: MessageRange | undefined;
  readonly #recordings = new Set<DurableEvent[]>();

  /** What is shown, oldest first. */
  get messages(): readonly Message[] {
    return this.#shown?.messages ?? [];
  }

  /** Whether there is anything to show, be it an empty room. */
  get isLoaded(): boolean {
    return this.#latest !== undefined;
  }

  /** Whether what is shown reaches to the newest. */
  get isAtEnd(): boolean {
    return this.#history === undefined;
  }

  /** Where what is shown begins, where there may be something before it. */
  get before(): number | undefined {
    return this.#shown && this.#shown.from > 1 ? this.#shown.from : undefined;
  }

  /** Where what is shown ends, and where the newest begin, unless it reaches to them. */
  get gap(): { readonly after: number; readonly before: number } | undefined {
    if (!this.#history || !this.#latest) return undefined;
    return { after: this.#history.to, before: this.#latest.from };
  }

  /** A message that is held. */
  find(seq: number): Message | undefined {
    const messages = [...(this.#history?.messages ?? []), ...(this.#latest?.messages ?? [])];
    return messages.find((message) => message.seq === seq);
  }

  /** Whether what one sent with that id, and the server stored under that number, has its place here. */
  has(id: string, seq: number | undefined): boolean {
    const isOlder = seq !== undefined && this.#latest !== undefined && seq < this.#latest.from;
    return isOlder || (this.#latest?.messages.some((message) => message.id === id) ?? false);
  }

  /** Takes an event. Where one is not at the bottom, nothing that is shown is dropped for it. */
  applyEvent(event: DurableEvent, isAtBottom: boolean): void {
    for (const recording of this.#recordings) recording.push(event);
    this.#update((range) => withEvent(range, event));
    if (!this.#latest || this.#latest.messages.length <= maxShown) return;
    if (this.#history) this.#latest = keepNewest(this.#latest, maxLatestKept);
    else if (isAtBottom) this.#latest = keepNewest(this.#latest, maxShown);
    else this.#detach();
  }

  /**
   * Reads messages elsewhere. What happens meanwhile may not be in them, so it is kept, to be given
   * back to `show…` and `add…` with them.
   */
  async withRecording<T>(read: () => Promise<T>): Promise<[T, readonly DurableEvent[]]> {
    const recording: DurableEvent[] = [];
    this.#recordings.add(recording);
    try {
      return [await read(), recording];
    } finally {
      this.#recordings.delete(recording);
    }
  }

  /** Shows the newest messages, of which a page was read. */
  showLatest(page: readonly Message[], since: readonly DurableEvent[]): void {
    const range = { messages: page, from: page[0]?.seq ?? 0, to: Number.POSITIVE_INFINITY };
    this.#latest = since.reduce(withEvent, range);
    this.#history = undefined;
  }

  /** Shows messages from somewhere before. */
  showHistory(page: MessageRange, since: readonly DurableEvent[]): void {
    this.#history = since.reduce(withEvent, page);
    this.#mergeIfFits();
  }

  /** Goes back to the newest. */
  returnToLatest(): void {
    this.#history = undefined;
  }

  /** Adds what is before, a page that ends right before what is shown; an empty one: there is nothing. */
  addOlder(page: readonly Message[], since: readonly DurableEvent[]): void {
    const shown = this.#shown;
    if (!shown) return;
    const range = { messages: page, from: page[0]?.seq ?? 0, to: shown.from - 1 };
    this.#setShown(mergeRanges(shown, since.reduce(withEvent, range)));
    if (this.messages.length <= maxShown) return;
    if (!this.#history) this.#detach();
    else this.#history = keepOldest(this.#history, maxShown);
  }

  /**
   * Adds what is behind: all the messages behind what is shown, up to a number. Either they are added
   * or, another time, what is shown is joined with the newest: both at once could drop what one looks at.
   */
  addNewer(messages: readonly Message[], to: number, since: readonly DurableEvent[]): void {
    const history = this.#history;
    if (!history) return;
    const combined = this.#combineIfAdjacent();
    if (combined) {
      this.#merge(combined);
    } else {
      const range = { messages, from: history.to + 1, to };
      this.#history = keepNewest(mergeRanges(history, since.reduce(withEvent, range)), maxShown);
      this.#mergeIfFits();
    }
  }

  get #shown(): MessageRange | undefined {
    return this.#history ?? this.#latest;
  }

  #setShown(range: MessageRange): void {
    if (this.#history) this.#history = range;
    else this.#latest = range;
  }

  #update(update: (range: MessageRange) => MessageRange): void {
    this.#history = this.#history && update(this.#history);
    this.#latest = this.#latest && update(this.#latest);
  }

  /** Goes on to show the oldest of what is shown, apart from the newest. */
  #detach(): void {
    if (!this.#latest) return;
    this.#history = keepOldest(this.#latest, maxShown);
    this.#latest = keepNewest(this.#latest, maxLatestKept);
  }

  /** What is shown and the newest in one, where they touch. */
  #combineIfAdjacent(): MessageRange | undefined {
    if (!this.#history || !this.#latest || this.#history.to < this.#latest.from - 1)
      return undefined;
    return mergeRanges(this.#latest, this.#history);
  }

  #mergeIfFits(): void {
    const combined = this.#combineIfAdjacent();
    if (combined && combined.messages.length <= maxShown) this.#merge(combined);
  }

  #merge(combined: MessageRange): void {
    this.#latest = keepNewest(combined, maxShown);
    this.#history = undefined;
  }
}

function withEvent(range: MessageRange, event: DurableEvent): MessageRange {
  if (event.type === 'message') {
    return covers(range, event.seq) ? insertMessage(range, toMessage(event)) : range;
  }
  return withAmendment(range, event);
}

const withAmendment = (range: MessageRange, event: Amendment): MessageRange =>
  covers(range, event.target)
    ? mapMessages(range, (message) => applyAmendment(message, event))
    : range;
