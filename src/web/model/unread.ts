/** The server counts unread messages up to this: it means so many or more. */
export const maxUnread = 100;

/** What the server counted, and up to where the log went then. */
export interface UnreadSnapshot {
  readonly unread: number;
  readonly seq: number;
}

/** How many messages of others one has not read: what the server counted, and what has come since. */
export class UnreadCount {
  #snapshot: UnreadSnapshot = { unread: 0, seq: 0 };
  #seqsSince: readonly number[] = [];

  /** Counted to 100. */
  get count(): number {
    return Math.min(maxUnread, this.#snapshot.unread + this.#seqsSince.length);
  }

  /** Takes what the server has counted. */
  applySnapshot(snapshot: UnreadSnapshot): void {
    this.#snapshot = snapshot;
    this.#seqsSince = this.#seqsSince.filter((seq) => seq > snapshot.seq);
  }

  /** Another one’s message has come. */
  add(seq: number): void {
    if (seq <= this.#snapshot.seq || this.#seqsSince.includes(seq)) return;
    this.#seqsSince = [...this.#seqsSince, seq].slice(-maxUnread);
  }

  /** A message was taken back. */
  remove(seq: number): void {
    this.#seqsSince = this.#seqsSince.filter((unreadSeq) => unreadSeq !== seq);
  }

  /** Everything up to a number was read; tells whether that settles what the server had counted. */
  markRead(seq: number): boolean {
    this.#seqsSince = this.#seqsSince.filter((unreadSeq) => unreadSeq > seq);
    if (seq < this.#snapshot.seq) return this.#snapshot.unread === 0;
    this.#snapshot = { unread: 0, seq };
    return true;
  }
}
