import { retry } from '../lib/retry.ts';
import { UnreadCount, type UnreadSnapshot } from '../model/unread.ts';

/** How long reading lasts before it is told, in milliseconds. */
const markDelayMs = 500;

/** What reading in a room is made of. */
export interface ReadStateOptions {
  /** Tells the server how far one has read. */
  readonly markRead: (seq: number) => Promise<unknown>;
  readonly onChange: () => void;
}

/** How far one has read in a room, and what is unread. The server keeps it, for all of one’s connections. */
export class ReadState {
  /** How far one had read when the server was last asked. */
  readSeq = 0;
  readonly #options: ReadStateOptions;
  readonly #unread = new UnreadCount();
  #latestSeq = 0;
  #markTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReadStateOptions) {
    this.#options = options;
  }

  /** Messages of others that one has not read, counted to 100. What one is just reading counts as read. */
  get unread(): number {
    return this.#markTimer === undefined ? this.#unread.count : 0;
  }

  /** There is a message; another one’s is to be read. */
  add(seq: number, isOwn: boolean): void {
    this.#latestSeq = Math.max(this.#latestSeq, seq);
    if (!isOwn) this.#unread.add(seq);
  }

  /** A message was taken back. */
  remove(seq: number): void {
    this.#unread.remove(seq);
  }

  /** The server has counted what is unread. */
  setUnread(snapshot: UnreadSnapshot, readSeq: number): void {
    this.#unread.applySnapshot(snapshot);
    this.#latestSeq = Math.max(this.#latestSeq, snapshot.seq);
    this.readSeq = readSeq;
  }

  /** One has read elsewhere; tells whether it is known what is left. */
  markReadElsewhere(seq: number): boolean {
    return this.#unread.markRead(seq);
  }

  /** The newest message is before one’s eyes. */
  markSeen(): void {
    if (this.unread === 0 || this.#markTimer !== undefined) return;
    this.#markTimer = setTimeout(() => void this.#sendMarker(this.#latestSeq), markDelayMs);
  }

  /** Tells nothing any more. */
  dispose(): void {
    clearTimeout(this.#markTimer);
  }

  async #sendMarker(seq: number): Promise<void> {
    try {
      await retry(() => this.#options.markRead(seq));
      this.#unread.markRead(seq);
    } catch {
      // It stays unread, until one looks at it with a connection.
    }
    this.#markTimer = undefined;
    this.#options.onChange();
  }
}
