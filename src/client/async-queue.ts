/** More than so many are not kept for one who does not take them. */
const maxItems = 10_000;

/** What is pushed on one side is taken on the other, in the same order, by one `for await`. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  #changed = Promise.withResolvers<void>();
  #isEnded = false;
  #error: unknown;
  readonly #onEnd: () => void;

  /** Calls back when nothing more is wanted. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Adds one; where too many are kept, `instead` stands for all of them. */
  push(item: T, collapse: (items: readonly T[]) => T): void {
    this.#items.push(item);
    if (this.#items.length > maxItems) this.#items = [collapse(this.#items)];
    this.#notify();
  }

  /** Resolves as soon as no more than so many are kept, or none will be taken. */
  async waitBelow(count: number): Promise<void> {
    while (this.#items.length > count && !this.#isEnded) await this.#changed.promise;
  }

  /** Ends it: what is kept can still be taken, and then it is over, or throws. */
  end(error?: unknown): void {
    this.#isEnded = true;
    this.#error = error;
    this.#notify();
    this.#onEnd();
  }

  /** Takes all that is kept, at once, and ends it. */
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

  /** Lets all look again who wait for something. */
  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
