import type { DurableEvent, Room } from '../../client/index.ts';
import { type Amendment, amend, type Message, messageOf } from '../model/message.ts';
import { Timeline } from '../model/timeline.ts';

/** Messages a page, and how many numbers are looked at to go forward: the server gives at most 100. */
const pageSize = 50;
const stride = 100;

/** More messages that are only quoted are not kept. */
const maxQuotes = 200;

/** What was quoted: a message, one that there is not, or one that is being looked for. */
export type Quote = Message | 'none' | 'loading';

/** A room’s messages, loaded a page at a time from the server, one loading after the other. */
export class History {
  readonly #room: Promise<Room>;
  readonly #onChange: () => void;
  #timeline = new Timeline();
  readonly #quotes = new Map<number, Quote>();
  #loading: Promise<void> | undefined;
  /** Loading failed: nothing is tried until somebody says so. */
  #hasFailed = false;

  constructor(room: Promise<Room>, onChange: () => void) {
    this.#room = room;
    this.#onChange = onChange;
  }

  /** Whether messages are on their way. */
  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** The messages that are held. */
  get timeline(): Timeline {
    return this.#timeline;
  }

  /** Takes an event, as the timeline does. */
  take(event: DurableEvent, isFollowing: boolean): void {
    this.#timeline.take(event, isFollowing);
    if (event.type !== 'message') this.#amendQuote(event);
  }

  /** Loads the newest where nothing is loaded yet; also after a failure. */
  open(): void {
    this.#hasFailed = false;
    if (this.#timeline.isLoaded) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.reading(() => this.#page());
      timeline.showNewest(page, since);
    });
  }

  /** Forgets everything, and loads the newest: something may be missing. */
  reopen(): void {
    this.#timeline = new Timeline();
    this.#quotes.clear();
    this.#loading = undefined;
    this.open();
  }

  /** Loads what is before what is shown, if anything. */
  loadOlder(): void {
    const { before } = this.#timeline;
    if (before === undefined) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.reading(() => this.#page(before));
      if (timeline.before === before) timeline.addOlder(page, since);
    });
  }

  /** Loads what is behind what is shown, if anything. */
  loadNewer(): void {
    const { gap } = this.#timeline;
    if (!gap) return;
    void this.#load(async (timeline) => {
      const before = Math.min(gap.before, gap.after + stride + 1);
      const [found, since] = await timeline.reading(() => this.#between(gap.after, before));
      if (timeline.gap?.after === gap.after) {
        timeline.addNewer(found, Math.max(gap.after, before - 1), since);
      }
    });
  }

  /** Shows a message among those around it; tells whether there is one. */
  async show(seq: number): Promise<boolean> {
    if (this.#timeline.messages.some((message) => message.seq === seq)) return true;
    while (this.#loading) await this.#loading;
    this.#hasFailed = false;
    await this.#load(async (timeline) => {
      const to = seq + pageSize / 2;
      const [messages, since] = await timeline.reading(() => this.#page(to + 1));
      timeline.showPast({ messages, from: messages[0]?.seq ?? 0, to }, since);
    });
    return this.#timeline.messages.some((message) => message.seq === seq);
  }

  /** A message that another one answers; looked for where it is not held. */
  quote(seq: number): Quote {
    const held = this.#timeline.find(seq) ?? this.#quotes.get(seq);
    if (held) return held;
    void this.#seek(seq);
    return 'loading';
  }

  async #seek(seq: number): Promise<void> {
    const [oldest] = this.#quotes.keys();
    if (this.#quotes.size >= maxQuotes && oldest !== undefined) this.#quotes.delete(oldest);
    this.#quotes.set(seq, 'loading');
    try {
      const message = (await this.#page(seq + 1, 1)).find((one) => one.seq === seq);
      this.#quotes.set(seq, message ?? 'none');
    } catch {
      this.#quotes.set(seq, 'none');
    }
    this.#onChange();
  }

  #amendQuote(event: Amendment): void {
    const quote = this.#quotes.get(event.target);
    if (typeof quote === 'object') this.#quotes.set(event.target, amend(quote, event));
  }

  async #load(work: (timeline: Timeline) => Promise<void>): Promise<void> {
    if (this.#loading || this.#hasFailed) return;
    const loading = work(this.#timeline).catch(() => {
      this.#hasFailed = true;
    });
    this.#loading = loading;
    this.#onChange();
    await loading;
    // Unless everything has begun anew meanwhile.
    if (this.#loading === loading) this.#loading = undefined;
    this.#onChange();
  }

  async #page(before?: number, limit = pageSize): Promise<Message[]> {
    const room = await this.#room;
    const options = { limit, ...(before !== undefined && { before }) };
    for await (const page of room.history(options)) return page.map(messageOf);
    return [];
  }

  /** All the messages between two numbers. */
  async #between(after: number, before: number): Promise<Message[]> {
    const found: Message[] = [];
    if (before <= after + 1) return found;
    const room = await this.#room;
    for await (const page of room.history({ before, limit: stride })) {
      found.unshift(...page.map(messageOf).filter(({ seq }) => seq > after));
      if ((page[0]?.seq ?? 0) <= after + 1) break;
    }
    return found;
  }
}
