/** The server counts unread messages up to this: it means so many or more. */
export const unreadLimit = 100;

/** What the server counted, and up to where the log went then. */
export interface Counted {
  readonly unread: number;
  readonly seq: number;
}

/** How many messages of others one has not read: what the server counted, and what has come since. */
export class Unread {
  #counted: Counted = { unread: 0, seq: 0 };
  #since: readonly number[] = [];

  /** Counted to 100. */
  get count(): number {
    return Math.min(unreadLimit, this.#counted.unread + this.#since.length);
  }

  /** Takes what the server has counted. */
  recount(counted: Counted): void {
    this.#counted = counted;
    this.#since = this.#since.filter((seq) => seq > counted.seq);
  }

  /** Another one’s message has come. */
  add(seq: number): void {
    if (seq <= this.#counted.seq || this.#since.includes(seq)) return;
    this.#since = [...this.#since, seq].slice(-unreadLimit);
  }

  /** A message was taken back. */
  remove(seq: number): void {
    this.#since = this.#since.filter((one) => one !== seq);
  }

  /** Everything up to a number was read; tells whether that settles what the server had counted. */
  read(seq: number): boolean {
    this.#since = this.#since.filter((one) => one > seq);
    if (seq < this.#counted.seq) return this.#counted.unread === 0;
    this.#counted = { unread: 0, seq };
    return true;
  }
}
