import type { DurableEvent } from '../../client/index.ts';
import { type Amendment, amend, type Message, messageOf } from './message.ts';
import { covers, insert, join, mapped, newest, oldest, type Span } from './message-range.ts';

/** At most so many messages are shown, and so in the document. */
export const maxShown = 200;

/** So many of the newest are kept while one looks at older ones. */
export const maxKept = 100;

/**
 * A room’s messages, as far as they are held: the newest, and what one looks at instead when one has
 * scrolled far back. What falls out at one end is loaded again when one comes back to it.
 *
 *     ……… past ……… tail ─► what comes
 */
export class Timeline {
  #tail: Span | undefined;
  #past: Span | undefined;
  readonly #recordings = new Set<DurableEvent[]>();

  /** What is shown, oldest first. */
  get messages(): readonly Message[] {
    return this.#shown?.messages ?? [];
  }

  /** Whether there is anything to show, be it an empty room. */
  get isLoaded(): boolean {
    return this.#tail !== undefined;
  }

  /** Whether what is shown reaches to the newest. */
  get isAtEnd(): boolean {
    return this.#past === undefined;
  }

  /** Where what is shown begins, where there may be something before it. */
  get before(): number | undefined {
    return this.#shown && this.#shown.from > 1 ? this.#shown.from : undefined;
  }

  /** Where what is shown ends, and where the newest begin, unless it reaches to them. */
  get gap(): { readonly after: number; readonly before: number } | undefined {
    if (!this.#past || !this.#tail) return undefined;
    return { after: this.#past.to, before: this.#tail.from };
  }

  /** A message that is held. */
  find(seq: number): Message | undefined {
    const messages = [...(this.#past?.messages ?? []), ...(this.#tail?.messages ?? [])];
    return messages.find((message) => message.seq === seq);
  }

  /** Whether what one sent with that id, and the server stored under that number, has its place here. */
  has(id: string, seq: number | undefined): boolean {
    const isOlder = seq !== undefined && this.#tail !== undefined && seq < this.#tail.from;
    return isOlder || (this.#tail?.messages.some((message) => message.id === id) ?? false);
  }

  /** Takes an event. Where one is not at the bottom, nothing that is shown is dropped for it. */
  take(event: DurableEvent, isFollowing: boolean): void {
    for (const recording of this.#recordings) recording.push(event);
    this.#change((span) => withEvent(span, event));
    if (!this.#tail || this.#tail.messages.length <= maxShown) return;
    if (this.#past) this.#tail = newest(this.#tail, maxKept);
    else if (isFollowing) this.#tail = newest(this.#tail, maxShown);
    else this.#split();
  }

  /**
   * Reads messages elsewhere. What happens meanwhile may not be in them, so it is kept, to be given
   * back to `show…` and `add…` with them.
   */
  async reading<T>(read: () => Promise<T>): Promise<[T, readonly DurableEvent[]]> {
    const recording: DurableEvent[] = [];
    this.#recordings.add(recording);
    try {
      return [await read(), recording];
    } finally {
      this.#recordings.delete(recording);
    }
  }

  /** Shows the newest messages, of which a page was read. */
  showNewest(page: readonly Message[], since: readonly DurableEvent[]): void {
    const span = { messages: page, from: page[0]?.seq ?? 0, to: Number.POSITIVE_INFINITY };
    this.#tail = since.reduce(withEvent, span);
    this.#past = undefined;
  }

  /** Shows messages from somewhere before. */
  showPast(page: Span, since: readonly DurableEvent[]): void {
    this.#past = since.reduce(withEvent, page);
    this.#meetIfAllFits();
  }

  /** Goes back to the newest. */
  showEnd(): void {
    this.#past = undefined;
  }

  /** Adds what is before, a page that ends right before what is shown; an empty one: there is nothing. */
  addOlder(page: readonly Message[], since: readonly DurableEvent[]): void {
    const shown = this.#shown;
    if (!shown) return;
    const span = { messages: page, from: page[0]?.seq ?? 0, to: shown.from - 1 };
    this.#show(join(shown, since.reduce(withEvent, span)));
    if (this.messages.length <= maxShown) return;
    if (!this.#past) this.#split();
    else this.#past = oldest(this.#past, maxShown);
  }

  /**
   * Adds what is behind: all the messages behind what is shown, up to a number. Either they are added
   * or, another time, what is shown is joined with the newest: both at once could drop what one looks at.
   */
  addNewer(messages: readonly Message[], to: number, since: readonly DurableEvent[]): void {
    const past = this.#past;
    if (!past) return;
    const touching = this.#touching();
    if (touching) {
      this.#meet(touching);
    } else {
      const span = { messages, from: past.to + 1, to };
      this.#past = newest(join(past, since.reduce(withEvent, span)), maxShown);
      this.#meetIfAllFits();
    }
  }

  get #shown(): Span | undefined {
    return this.#past ?? this.#tail;
  }

  #show(span: Span): void {
    if (this.#past) this.#past = span;
    else this.#tail = span;
  }

  #change(change: (span: Span) => Span): void {
    this.#past = this.#past && change(this.#past);
    this.#tail = this.#tail && change(this.#tail);
  }

  /** Goes on to show the oldest of what is shown, apart from the newest. */
  #split(): void {
    if (!this.#tail) return;
    this.#past = oldest(this.#tail, maxShown);
    this.#tail = newest(this.#tail, maxKept);
  }

  /** What is shown and the newest in one, where they touch. */
  #touching(): Span | undefined {
    if (!this.#past || !this.#tail || this.#past.to < this.#tail.from - 1) return undefined;
    return join(this.#tail, this.#past);
  }

  #meetIfAllFits(): void {
    const touching = this.#touching();
    if (touching && touching.messages.length <= maxShown) this.#meet(touching);
  }

  #meet(touching: Span): void {
    this.#tail = newest(touching, maxShown);
    this.#past = undefined;
  }
}

function withEvent(span: Span, event: DurableEvent): Span {
  if (event.type === 'message') {
    return covers(span, event.seq) ? insert(span, messageOf(event)) : span;
  }
  return withAmendment(span, event);
}

const withAmendment = (span: Span, event: Amendment): Span =>
  covers(span, event.target) ? mapped(span, (message) => amend(message, event)) : span;
