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

/** Most messages that are shown, and so are in the document. */
export const maxShown = 200;

/** Most of the newest messages that are kept while older ones are shown. */
export const maxLatestKept = 100;

/**
 * The loaded messages of a room: the latest, and a separate range of history if the user scrolled
 * far back. Messages that drop out at one end are loaded again when the user returns to them.
 *
 *     … history … gap … latest → new events
 */
export class Timeline {
  #latest: MessageRange | undefined;
  #history: MessageRange | undefined;
  readonly #recordings = new Set<DurableEvent[]>();

  /** The shown messages, oldest first. */
  get messages(): readonly Message[] {
    return this.#shown?.messages ?? [];
  }

  /** Whether the latest messages were loaded, even if the room is empty. */
  get isLoaded(): boolean {
    return this.#latest !== undefined;
  }

  /** Whether the shown messages include the latest. */
  get isAtEnd(): boolean {
    return this.#history === undefined;
  }

  /** The first seq that is shown. `undefined` if no message is before it. */
  get before(): number | undefined {
    return this.#shown && this.#shown.from > 1 ? this.#shown.from : undefined;
  }

  /** The seqs around the gap between the shown history and the latest messages, if there is one. */
  get gap(): { readonly after: number; readonly before: number } | undefined {
    if (!this.#history || !this.#latest) return undefined;
    return { after: this.#history.to, before: this.#latest.from };
  }

  /** Returns a loaded message. */
  find(seq: number): Message | undefined {
    const messages = [...(this.#history?.messages ?? []), ...(this.#latest?.messages ?? [])];
    return messages.find((message) => message.seq === seq);
  }

  /**
   * Returns whether a sent message is confirmed: it is loaded, or its seq is before the loaded ones.
   * The seq is `undefined` if the server has not acked the message yet.
   */
  has(id: string, seq: number | undefined): boolean {
    const isOlder = seq !== undefined && this.#latest !== undefined && seq < this.#latest.from;
    return isOlder || (this.#latest?.messages.some((message) => message.id === id) ?? false);
  }

  /** Applies an event. Drops shown messages to make room only if the user is at the bottom. */
  applyEvent(event: DurableEvent, isAtBottom: boolean): void {
    for (const recording of this.#recordings) recording.push(event);
    this.#update((range) => withEvent(range, event));
    if (!this.#latest || this.#latest.messages.length <= maxShown) return;
    if (this.#history) this.#latest = keepNewest(this.#latest, maxLatestKept);
    else if (isAtBottom) this.#latest = keepNewest(this.#latest, maxShown);
    else this.#detach();
  }

  /**
   * Records events while `read` loads messages. The loaded messages may lack these events:
   * pass both to `show…` or `add…`.
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

  /** Shows a page of the latest messages. */
  showLatest(page: readonly Message[], since: readonly DurableEvent[]): void {
    const range = { messages: page, from: page[0]?.seq ?? 0, to: Number.POSITIVE_INFINITY };
    this.#latest = since.reduce(withEvent, range);
    this.#history = undefined;
  }

  /** Shows a range of history. */
  showHistory(page: MessageRange, since: readonly DurableEvent[]): void {
    this.#history = since.reduce(withEvent, page);
    this.#mergeIfFits();
  }

  /** Shows the latest messages again. */
  returnToLatest(): void {
    this.#history = undefined;
  }

  /** Adds the page that ends right before the shown messages. An empty page means the log starts here. */
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
   * Adds all messages after the shown ones, up to a seq. A call either adds them, or merges the
   * shown messages with the latest. Both at once could drop the messages in view.
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

  /** Splits the shown messages: the oldest stay shown as history, apart from the latest. */
  #detach(): void {
    if (!this.#latest) return;
    this.#history = keepOldest(this.#latest, maxShown);
    this.#latest = keepNewest(this.#latest, maxLatestKept);
  }

  /** Returns the history and the latest messages as one range if no gap is between them. */
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
