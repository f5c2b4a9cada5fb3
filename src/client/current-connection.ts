import { unless } from './async.ts';

/** The latest of what comes and ends, for those who need one. */
export class Latest<T extends { readonly ended: AbortSignal }> {
  #one = pending<T>();
  #held: T | undefined;
  #isOver = false;

  /** The one that there is, or the next one. Throws the signal's reason, or why there will be none. */
  get(signal: AbortSignal): Promise<T> {
    if (this.#held?.ended.aborted) this.#clear();
    return unless(signal, () => this.#one.promise);
  }

  /** This one is it from now on, also for those who wait. */
  set(one: T): void {
    this.#clear();
    this.#one.resolve(one);
    if (!this.#isOver) this.#held = one;
  }

  /** There will be none, whatever is set. */
  end(reason: unknown): void {
    this.#clear();
    this.#one.reject(reason);
    this.#isOver = true;
  }

  #clear(): void {
    if (this.#held) this.#one = pending();
    this.#held = undefined;
  }
}

/** A promise that may be rejected unheard. */
function pending<T>(): PromiseWithResolvers<T> {
  const one = Promise.withResolvers<T>();
  one.promise.catch(() => {});
  return one;
}
