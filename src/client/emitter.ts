/** Calls listeners by the name of what happened. `M` maps each name to what its listeners are given. */
export class Emitter<M> {
  readonly #listeners = new Map<keyof M, Set<(value: never) => void>>();

  /** Listens until the returned function is called. */
  on<K extends keyof M>(name: K, listener: (value: M[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** A listener that throws harms no other, nor the client: its error goes to the environment. */
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
