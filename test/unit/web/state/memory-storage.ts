import type { KeyValueStorage } from '../../../../src/web/state/saved-state.ts';

/** A storage in memory. */
export class MemoryStorage implements KeyValueStorage {
  readonly entries = new Map<string, string>();

  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.entries.set(key, value);
  }
}
