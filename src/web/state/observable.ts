/** A source of change notifications. */
export class Observable {
  readonly #listeners = new Set<() => void>();

  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls every listener. */
  protected notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
