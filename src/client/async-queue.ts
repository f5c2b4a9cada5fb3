/** More than so many are not kept for one who does not take them. */
const maxKept = 10_000;

/** What is pushed on one side is taken on the other, in the same order, by one `for await`. */
export class Stream<T> implements AsyncIterableIterator<T> {
  #kept: T[] = [];
  #changed = Promise.withResolvers<void>();
  #isOver = false;
  #error: unknown;
  readonly #onEnd: () => void;

  /** Calls back when nothing more is wanted. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Adds one; where too many are kept, `instead` stands for all of them. */
  push(item: T, instead: (kept: readonly T[]) => T): void {
    this.#kept.push(item);
    if (this.#kept.length > maxKept) this.#kept = [instead(this.#kept)];
    this.#change();
  }

  /** Resolves as soon as no more than so many are kept, or none will be taken. */
  async below(count: number): Promise<void> {
    while (this.#kept.length > count && !this.#isOver) await this.#changed.promise;
  }

  /** Ends it: what is kept can still be taken, and then it is over, or throws. */
  end(error?: unknown): void {
    this.#isOver = true;
    this.#error = error;
    this.#change();
    this.#onEnd();
  }

  /** Takes all that is kept, at once, and ends it. */
  takeAll(): T[] {
    const kept = this.#kept;
    void this.return();
    return kept;
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#kept.length === 0 && !this.#isOver) await this.#changed.promise;
    const value = this.#kept.shift();
    this.#change();
    if (value !== undefined) return { value, done: false };
    if (this.#error) throw this.#error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#kept = [];
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Lets all look again who wait for something. */
  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
