import { abortable } from './async.ts';

/** The latest of what comes and ends, for those who need one. */
export class CurrentConnection<T extends { readonly ended: AbortSignal }> {
  #next = createDeferred<T>();
  #current: T | undefined;
  #isEnded = false;

  /** The one that there is, or the next one. Throws the signal's reason, or why there will be none. */
  get(signal: AbortSignal): Promise<T> {
    if (this.#current?.ended.aborted) this.#clear();
    return abortable(signal, () => this.#next.promise);
  }

  /** This one is it from now on, also for those who wait. */
  set(connection: T): void {
    this.#clear();
    this.#next.resolve(connection);
    if (!this.#isEnded) this.#current = connection;
  }

  /** There will be none, whatever is set. */
  end(reason: unknown): void {
    this.#clear();
    this.#next.reject(reason);
    this.#isEnded = true;
  }

  #clear(): void {
    if (this.#current) this.#next = createDeferred();
    this.#current = undefined;
  }
}

/** A promise that may be rejected unheard. */
function createDeferred<T>(): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>();
  deferred.promise.catch(() => {});
  return deferred;
}
