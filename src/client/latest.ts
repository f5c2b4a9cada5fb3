import { unless } from './timing.ts';

/** The latest of something that comes and goes, for those who need one. */
export class Latest<T> {
  #one = pending<T>();
  #isThere = false;
  #isOver = false;

  /** The one that there is, or the next one. Throws the signal's reason, or why there will be none. */
  get(signal: AbortSignal): Promise<T> {
    return unless(signal, () => this.#one.promise);
  }

  /** This one is it from now on, also for those who wait. */
  set(one: T): void {
    this.clear();
    this.#one.resolve(one);
    this.#isThere = !this.#isOver;
  }

  /** There is none for now. Those who wait go on waiting. */
  clear(): void {
    if (this.#isThere) this.#one = pending();
    this.#isThere = false;
  }

  /** There will be none, whatever is set. */
  end(reason: unknown): void {
    this.clear();
    this.#one.reject(reason);
    this.#isOver = true;
  }
}

/** A promise that may be rejected unheard. */
function pending<T>(): PromiseWithResolvers<T> {
  const one = Promise.withResolvers<T>();
  one.promise.catch(() => {});
  return one;
}
