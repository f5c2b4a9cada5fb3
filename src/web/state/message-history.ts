import type { DurableEvent, Room } from '../../client/index.ts';
import { type Amendment, applyAmendment, type Message, toMessage } from '../model/message.ts';
import { Timeline } from '../model/timeline.ts';

/** Messages a page, and how many numbers are looked at to go forward: the server gives at most 100. */
const pageSize = 50;
const newerPageSize = 100;

/** More messages that are only quoted are not kept. */
const maxQuoted = 200;

/** What was quoted: a message, one that there is not, or one that is being looked for. */
export type QuotedMessage = Message | 'none' | 'loading';

/** A room’s messages, loaded a page at a time from the server, one loading after the other. */
export class MessageHistory {
  readonly #room: Promise<Room>;
  readonly #onChange: () => void;
  #timeline = new Timeline();
  readonly #quoted = new Map<number, QuotedMessage>();
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
  applyEvent(event: DurableEvent, isAtBottom: boolean): void {
    this.#timeline.applyEvent(event, isAtBottom);
    if (event.type !== 'message') this.#updateQuoted(event);
  }

  /** Loads the newest where nothing is loaded yet; also after a failure. */
  loadLatest(): void {
    this.#hasFailed = false;
    if (this.#timeline.isLoaded) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.withRecording(() => this.#fetchPage());
      timeline.showLatest(page, since);
    });
  }

  /** Forgets everything, and loads the newest: something may be missing. */
  reset(): void {
    this.#timeline = new Timeline();
    this.#quoted.clear();
    this.#loading = undefined;
    this.loadLatest();
  }

  /** Loads what is before what is shown, if anything. */
  loadOlder(): void {
    const { before } = this.#timeline;
    if (before === undefined) return;
    void this.#load(async (timeline) => {
      const [page, since] = await timeline.withRecording(() => this.#fetchPage(before));
      if (timeline.before === before) timeline.addOlder(page, since);
    });
  }

  /** Loads what is behind what is shown, if anything. */
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

  /** Shows a message among those around it; tells whether there is one. */
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

  /** A message that another one answers; looked for where it is not held. */
  getQuoted(seq: number): QuotedMessage {
    const known = this.#timeline.find(seq) ?? this.#quoted.get(seq);
    if (known) return known;
    void this.#fetchQuoted(seq);
    return 'loading';
  }

  async #fetchQuoted(seq: number): Promise<void> {
    const [oldest] = this.#quoted.keys();
    if (this.#quoted.size >= maxQuoted && oldest !== undefined) this.#quoted.delete(oldest);
    this.#quoted.set(seq, 'loading');
    try {
      const message = (await this.#fetchPage(seq + 1, 1)).find(
        (candidate) => candidate.seq === seq,
      );
      this.#quoted.set(seq, message ?? 'none');
    } catch {
      this.#quoted.set(seq, 'none');
    }
    this.#onChange();
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
    this.#onChange();
    await loading;
    // Unless everything has begun anew meanwhile.
    if (this.#loading === loading) this.#loading = undefined;
    this.#onChange();
  }

  async #fetchPage(before?: number, limit = pageSize): Promise<Message[]> {
    const room = await this.#room;
    const options = { limit, ...(before !== undefined && { before }) };
    for await (const page of room.history(options)) return page.map(toMessage);
    return [];
  }

  /** All the messages between two numbers. */
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
