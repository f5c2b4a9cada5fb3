import { ChatError } from '../errors.ts';

/** Keys that are fetched from elsewhere and kept. */
export interface KeyCache<Keys> {
  /** The keys. Throws `unavailable` where there never were any. */
  get(): Promise<Keys>;
  /**
   * The keys that took the place of those, or those where none did. Throws `unavailable` where that
   * could not be found out.
   */
  refreshAfter(keys: Keys): Promise<Keys>;
}

/** What a keyring is made of. */
export interface KeyCacheDeps<Keys> {
  /** Fetches the keys; must end by itself. */
  readonly load: () => Promise<Keys>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told why keys could not be fetched. */
  readonly onFailure: (cause: unknown) => void;
}

/** The last fetch: when it began, and why it failed where it did. */
interface LastFetch {
  readonly at: number;
  failure?: { readonly cause: unknown };
}

/** Keys that were taken back are trusted for so long at most, while there is somebody to ask. */
const maxAgeMs = 600_000;

/** Whatever tokens come, and whether it works or not, keys are fetched once in so long at most. */
const cooldownMs = 10_000;

/**
 * Keeps keys for an instance's life. All who need a fetch at once share it. Keys that are too old
 * are fetched anew, and go on to serve while that fails.
 */
export function createKeyCache<Keys>(deps: KeyCacheDeps<Keys>): KeyCache<Keys> {
  const { now } = deps;
  let cached: { readonly keys: Keys; readonly since: number } | undefined;
  let lastFetch: LastFetch | undefined;
  let loading: Promise<void> | undefined;

  // Either way: a clock that was put back must not keep keys for as long.
  const isWithin = (ms: number, since: number) => Math.abs(now() - since) < ms;

  async function load(): Promise<void> {
    lastFetch = { at: now() };
    try {
      cached = { keys: await deps.load(), since: now() };
    } catch (cause) {
      lastFetch.failure = { cause };
      deps.onFailure(cause);
    }
  }

  async function refresh(): Promise<void> {
    if (!loading && lastFetch && isWithin(cooldownMs, lastFetch.at)) return;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    await loading;
  }

  return {
    async get() {
      if (!cached || !isWithin(maxAgeMs, cached.since)) await refresh();
      if (!cached) throw new ChatError('unavailable', {}, lastFetch?.failure?.cause);
      return cached.keys;
    },

    async refreshAfter(keys) {
      if (cached?.keys === keys) await refresh();
      if (!cached || cached.keys !== keys || !lastFetch?.failure) return cached?.keys ?? keys;
      throw new ChatError('unavailable', {}, lastFetch.failure.cause);
    },
  };
}
