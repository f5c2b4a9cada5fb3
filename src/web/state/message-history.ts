import type { DurableEvent, Room } from '../../client/index.ts';
import { evictOldest } from '../lib/evict-oldest.ts';
import { type Amendment, applyAmendment, type Message, toMessage } from '../model/message.ts';
import { Timeline } from '../model/timeline.ts';
import { Observable } from './observable.ts';

/** Messages in a page of older ones. */
const pageSize = 50;

/** Seqs covered by a page of newer messages. The server returns at most 100 messages. */
const newerPageSize = 100;

/** Most quoted messages that are held outside the timeline. */
const maxQuoted = 200;

/** A quoted message: loaded, missing, or being loaded. */
export type QuotedMessage = Message | 'none' | 'loading';

/** The messages of a room. They are loaded from the server in pages, one page at a time. */
export class MessageHistory extends Observable {
  readonly #room: Promise<Room>;
  #timeline = new Timeline();
  readonly #quoted = new Map<number, QuotedMessage>();
  #loading: Promise<void> | undefined;
  /** Whether the last load failed. Then only `loadLatest` and `loadAround` load again. */
  #hasFailed = false;

  constructor(room: Promise<Room>) {
    super();
    this.#room = room;
  }

  /** Whether a page is being loaded. */
  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** The loaded messages. */
  get timeline(): Timeline {
    return this.#timeline;
  }

  /** Applies an event to the timeline and to the quoted messages. */
  applyEvent(event: DurableEvent, isAtBottom: boolean): void {
    this.#timeline.applyEvent(event, isAtBottom);
    if (event.type !== 'message') this.#updateQuoted(event);
  }

  /** Loads the latest page unless it is loaded. Also retries after a failure. */
  loadLatest(): void {
    this.#hasFailed = false;
    if (this.#timeline.isLoaded) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.withRecording(() => this.#fetchPage());
      timeline.showLatest(page, since);
    });
  }

  /** Forgets all messages and loads the latest page. Use it if events may be missing. */
  reset(): void {
    this.#timeline = new Timeline();
    this.#quoted.clear();
    this.#loading = undefined;
    this.loadLatest();
  }

  /** Loads the page before the shown messages, if there is one. */
  loadOlder(): void {
    const { before } = this.#timeline;
    if (before === undefined) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.withRecording(() => this.#fetchPage(before));
      if (timeline.before === before) timeline.addOlder(page, since);
    });
  }

  /** Loads messages after the shown ones if a gap is there. */
  loadNewer(): void {
    const { gap } = this.#timeline;
    if (!gap) return;
    void this.#load(async (timeline) => {
      const before = Math.min(gap.before, gap.after + newerPageSize + 1);
      const [found, since] = await timeline.withRecording(() =>
        this.#fetchBetween(gap.after, before),
      );
      if (timeline.gap?.after === gap.after) {
        timeline.addNewer(found, Math.max(gap.after, before - 1), since);
      }
    });
  }

  /** Shows a message with the messages around it. Returns whether the message exists. */
  async loadAround(seq: number): Promise<boolean> {
    if (this.#timeline.messages.some((message) => message.seq === seq)) return true;
    while (this.#loading) await this.#loading;
    this.#hasFailed = false;
    await this.#load(async (timeline) => {
      const to = seq + pageSize / 2;
      const [messages, since] = await timeline.withRecording(() => this.#fetchPage(to + 1));
      timeline.showHistory({ messages, from: messages[0]?.seq ?? 0, to }, since);
    });
    return this.#timeline.messages.some((message) => message.seq === seq);
  }

  /** Returns a quoted message. Starts to load it if necessary. */
  getQuoted(seq: number): QuotedMessage {
    const known = this.#timeline.find(seq) ?? this.#quoted.get(seq);
    if (known) return known;
    void this.#fetchQuoted(seq);
    return 'loading';
  }

  async #fetchQuoted(seq: number): Promise<void> {
    this.#quoted.set(seq, 'loading');
    evictOldest(this.#quoted, maxQuoted);
    try {
      const page = await this.#fetchPage(seq + 1, 1);
      this.#quoted.set(seq, page.find((message) => message.seq === seq) ?? 'none');
    } catch {
      this.#quoted.set(seq, 'none');
    }
    this.notify();
  }

  #updateQuoted(event: Amendment): void {
    const quoted = this.#quoted.get(event.target);
    if (typeof quoted === 'object') this.#quoted.set(event.target, applyAmendment(quoted, event));
  }

  async #load(task: (timeline: Timeline) => Promise<void>): Promise<void> {
    if (this.#loading || this.#hasFailed) return;
    const loading = task(this.#timeline).catch(() => {
      this.#hasFailed = true;
    });
    this.#loading = loading;
    this.notify();
    await loading;
    // After a reset, another load may be under way.
    if (this.#loading === loading) this.#loading = undefined;
    this.notify();
  }

  async #fetchPage(before?: number, limit = pageSize): Promise<Message[]> {
    const room = await this.#room;
    const options = { limit, ...(before !== undefined && { before }) };
    for await (const page of room.history(options)) return page.map(toMessage);
    return [];
  }

  /** Returns all messages between two seqs, which are both excluded. */
  async #fetchBetween(after: number, before: number): Promise<Message[]> {
    const found: Message[] = [];
    if (before <= after + 1) return found;
    const room = await this.#room;
    for await (const page of room.history({ before, limit: newerPageSize })) {
      found.unshift(...page.map(toMessage).filter(({ seq }) => seq > after));
      if ((page[0]?.seq ?? 0) <= after + 1) break;
    }
    return found;
  }
}
