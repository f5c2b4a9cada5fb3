/** Calls listeners by event name. `M` maps each name to the value that its listeners get. */
export class Emitter<M> {
  readonly #listeners = new Map<keyof M, Set<(value: never) => void>>();

  /** Adds a listener. The returned function removes it. */
  on<K extends keyof M>(name: K, listener: (value: M[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Returns whether an event has a listener. */
  has(name: keyof M): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  /**
   * Calls the listeners of an event. An error of a listener stops neither the others nor the client:
   * it becomes an uncaught error of the platform.
   */
  emit<K extends keyof M>(name: K, value: M[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as (value: M[K]) => void)(value);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
