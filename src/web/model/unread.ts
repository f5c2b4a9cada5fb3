/** Largest count of unread messages. It means "this many or more". */
export const maxUnread = 100;

/** The server's count of unread messages, and the last seq of the log at that time. */
export interface UnreadSnapshot {
  readonly unread: number;
  readonly seq: number;
}

/** Counts unread messages of other users: the server's count plus the messages since then. */
export class UnreadCount {
  #snapshot: UnreadSnapshot = { unread: 0, seq: 0 };
  #seqsSince: readonly number[] = [];

  /** The number of unread messages, at most `maxUnread`. */
  get count(): number {
    return Math.min(maxUnread, this.#snapshot.unread + this.#seqsSince.length);
  }

  /** Replaces the count by the server's. */
  applySnapshot(snapshot: UnreadSnapshot): void {
    this.#snapshot = snapshot;
    this.#seqsSince = this.#seqsSince.filter((seq) => seq > snapshot.seq);
  }

  /** Counts a message of another user. A repeated seq has no effect. */
  add(seq: number): void {
    if (seq <= this.#snapshot.seq || this.#seqsSince.includes(seq)) return;
    this.#seqsSince = [...this.#seqsSince, seq].slice(-maxUnread);
  }

  /** Stops counting a message that was deleted. */
  remove(seq: number): void {
    this.#seqsSince = this.#seqsSince.filter((unreadSeq) => unreadSeq !== seq);
  }

  /** Marks messages up to a seq as read. Returns whether the count is still exact. */
  markRead(seq: number): boolean {
    this.#seqsSince = this.#seqsSince.filter((unreadSeq) => unreadSeq > seq);
    if (seq < this.#snapshot.seq) return this.#snapshot.unread === 0;
    this.#snapshot = { unread: 0, seq };
    return true;
  }
}
