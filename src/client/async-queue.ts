/** The most items that a queue holds. */
const maxItems = 10_000;

/** A queue that one side pushes into and one `for await` loop reads from, in the same order. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  #changed = Promise.withResolvers<void>();
  #isEnded = false;
  #error: unknown;
  readonly #onEnd: () => void;

  /** Creates a queue. It calls `onEnd` when it takes no more items. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** The number of items in the queue. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item. A queue that overflows keeps only what `collapse` makes of all items. */
  push(item: T, collapse: (items: readonly T[]) => T): void {
    this.#items.push(item);
    if (this.#items.length > maxItems) this.#items = [collapse(this.#items)];
    this.#notify();
  }

  /** Resolves when the queue holds at most `count` items, or has ended. */
  async waitBelow(count: number): Promise<void> {
    while (this.#items.length > count && !this.#isEnded) await this.#changed.promise;
  }

  /** Ends the queue. The reader still gets the items in it, and then the end, or `error` if given. */
  end(error?: unknown): void {
    this.#isEnded = true;
    this.#error = error;
    this.#notify();
    this.#onEnd();
  }

  /** Ends the queue, and returns all items in it. */
  drain(): T[] {
    const items = this.#items;
    void this.return();
    return items;
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#items.length === 0 && !this.#isEnded) await this.#changed.promise;
    const value = this.#items.shift();
    this.#notify();
    if (value !== undefined) return { value, done: false };
    if (this.#error) throw this.#error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#items = [];
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Wakes everything that waits for a change, so that it checks again. */
  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
