import { ChatError } from '../errors.ts';

/** A cache of keys from another server. */
export interface KeyCache<Keys> {
  /** Returns the keys. Throws `unavailable` if no fetch has succeeded yet. */
  get(): Promise<Keys>;
  /**
   * Returns the keys that replaced the given ones, or the given ones if they are still current. Throws
   * `unavailable` if that is unknown.
   */
  refreshAfter(keys: Keys): Promise<Keys>;
}

/** The dependencies of a key cache. */
export interface KeyCacheDeps<Keys> {
  /** Fetches the keys. It must have a timeout of its own. */
  readonly load: () => Promise<Keys>;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
  /** Receives the cause of each failed fetch. */
  readonly onFailure: (cause: unknown) => void;
}

/** The start of the last fetch, and the failure of that fetch. */
interface LastFetch {
  readonly at: number;
  failure?: { readonly cause: unknown };
}

/** How long a revoked key is trusted at most, while its server responds, in milliseconds. */
const maxAgeMs = 600_000;

/** The least time between two fetches in milliseconds, for any tokens and after a failure too. */
const cooldownMs = 10_000;

/**
 * Creates a cache that lives as long as the instance. Concurrent users share one fetch. Keys older than
 * `maxAgeMs` are fetched again, and stay in use while that fails.
 */
export function createKeyCache<Keys>(deps: KeyCacheDeps<Keys>): KeyCache<Keys> {
  const { now } = deps;
  let cached: { readonly keys: Keys; readonly since: number } | undefined;
  let lastFetch: LastFetch | undefined;
  let loading: Promise<void> | undefined;

  // The absolute difference, since a clock that was set back must not extend the life of keys.
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
    loading ??= load().finally(() => (loading = undefined));
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
