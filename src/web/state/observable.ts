/** What tells those who show it that it has changed. */
export class Observable {
  readonly #listeners = new Set<() => void>();

  /** Calls after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
