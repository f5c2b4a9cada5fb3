import { insist } from '../lib/retry.ts';
import { type Counted, Unread } from '../model/unread.ts';

/** How long reading lasts before it is told, in milliseconds. */
const readAfterMs = 500;

/** What reading in a room is made of. */
export interface ReadingOptions {
  /** Tells the server how far one has read. */
  readonly mark: (seq: number) => Promise<unknown>;
  readonly onChange: () => void;
}

/** How far one has read in a room, and what is unread. The server keeps it, for all of one’s connections. */
export class Reading {
  /** How far one had read when the server was last asked. */
  mark = 0;
  readonly #options: ReadingOptions;
  readonly #unread = new Unread();
  #newest = 0;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** Messages of others that one has not read, counted to 100. What one is just reading counts as read. */
  get unread(): number {
    return this.#telling === undefined ? this.#unread.count : 0;
  }

  /** There is a message; another one’s is to be read. */
  add(seq: number, isOwn: boolean): void {
    this.#newest = Math.max(this.#newest, seq);
    if (!isOwn) this.#unread.add(seq);
  }

  /** A message was taken back. */
  remove(seq: number): void {
    this.#unread.remove(seq);
  }

  /** The server has counted what is unread. */
  counted(counted: Counted, mark: number): void {
    this.#unread.recount(counted);
    this.#newest = Math.max(this.#newest, counted.seq);
    this.mark = mark;
  }

  /** One has read elsewhere; tells whether it is known what is left. */
  readElsewhere(seq: number): boolean {
    return this.#unread.read(seq);
  }

  /** The newest message is before one’s eyes. */
  seen(): void {
    if (this.unread === 0 || this.#telling !== undefined) return;
    this.#telling = setTimeout(() => void this.#tell(this.#newest), readAfterMs);
  }

  /** Tells nothing any more. */
  end(): void {
    clearTimeout(this.#telling);
  }

  async #tell(seq: number): Promise<void> {
    try {
      await insist(() => this.#options.mark(seq));
      this.#unread.read(seq);
    } catch {
      // It stays unread, until one looks at it with a connection.
    }
    this.#telling = undefined;
    this.#options.onChange();
  }
}
