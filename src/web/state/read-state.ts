import { retry } from '../lib/retry.ts';
import { UnreadCount, type UnreadSnapshot } from '../model/unread.ts';
import { Observable } from './observable.ts';

/** Time before the read marker is sent, in milliseconds. */
const markDelayMs = 500;

/** The read marker and the unread count of a room. The server shares both among the user's connections. */
export class ReadState extends Observable {
  /** The user's read marker when the server last sent it. */
  readSeq = 0;
  readonly #markRead: (seq: number) => Promise<unknown>;
  readonly #unread = new UnreadCount();
  #latestSeq = 0;
  #markTimer: ReturnType<typeof setTimeout> | undefined;

  /** `markRead` sends the read marker to the server. */
  constructor(markRead: (seq: number) => Promise<unknown>) {
    super();
    this.#markRead = markRead;
  }

  /** The number of unread messages, at most 100. It is 0 while the read marker is being sent. */
  get unread(): number {
    return this.#markTimer === undefined ? this.#unread.count : 0;
  }

  /** Records a message. Messages of other users count as unread. */
  add(seq: number, isOwn: boolean): void {
    this.#latestSeq = Math.max(this.#latestSeq, seq);
    if (!isOwn) this.#unread.add(seq);
  }

  /** Records that a message was deleted. */
  remove(seq: number): void {
    this.#unread.remove(seq);
  }

  /** Applies the server's unread count and read marker. */
  setUnread(snapshot: UnreadSnapshot, readSeq: number): void {
    this.#unread.applySnapshot(snapshot);
    this.#latestSeq = Math.max(this.#latestSeq, snapshot.seq);
    this.readSeq = readSeq;
  }

  /** Records a read marker from another connection. Returns whether the unread count is still exact. */
  markReadElsewhere(seq: number): boolean {
    return this.#unread.markRead(seq);
  }

  /** Records that the user sees the latest message. */
  markSeen(): void {
    if (this.unread === 0 || this.#markTimer !== undefined) return;
    this.#markTimer = setTimeout(() => void this.#sendMarker(this.#latestSeq), markDelayMs);
  }

  /** Cancels a read marker that is not sent yet. */
  dispose(): void {
    clearTimeout(this.#markTimer);
  }

  async #sendMarker(seq: number): Promise<void> {
    try {
      await retry(() => this.#markRead(seq));
      this.#unread.markRead(seq);
    } catch {
      // The messages stay unread until the user sees them on a working connection.
    }
    this.#markTimer = undefined;
    this.notify();
  }
}
