import { abortable } from './async.ts';

/** The connection in use. It can be awaited while there is none. */
export class CurrentConnection<T extends { readonly ended: AbortSignal }> {
  #next = createDeferred<T>();
  #current: T | undefined;
  #isEnded = false;

  /**
   * Resolves with the current connection, or with the next one if that has ended. Throws the signal's
   * reason if the signal aborts, or the reason given to `end`.
   */
  get(signal: AbortSignal): Promise<T> {
    if (this.#current?.ended.aborted) this.#clear();
    return abortable(signal, () => this.#next.promise);
  }

  /** Replaces the current connection, also for callers that wait. */
  set(connection: T): void {
    this.#clear();
    this.#next.resolve(connection);
    if (!this.#isEnded) this.#current = connection;
  }

  /** Rejects every `get` from now on, also after another `set`. */
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

/** Creates a deferred promise whose rejection may stay unhandled. */
function createDeferred<T>(): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>();
  deferred.promise.catch(() => {});
  return deferred;
}
