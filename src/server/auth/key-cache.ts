import { ChatError } from '../errors.ts';

/** Keys that are fetched from elsewhere and kept. */
export interface Keyring<Keys> {
  /** The keys. Throws `unavailable` where there never were any. */
  current(): Promise<Keys>;
  /**
   * The keys that took the place of those, or those where none did. Throws `unavailable` where that
   * could not be found out.
   */
  successor(keys: Keys): Promise<Keys>;
}

/** What a keyring is made of. */
export interface KeyringParts<Keys> {
  /** Fetches the keys; must end by itself. */
  readonly load: () => Promise<Keys>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told why keys could not be fetched. */
  readonly onFailure: (cause: unknown) => void;
}

/** The last fetch: when it began, and why it failed where it did. */
interface Attempt {
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
export function createKeyring<Keys>(parts: KeyringParts<Keys>): Keyring<Keys> {
  const { clock } = parts;
  let kept: { readonly keys: Keys; readonly since: number } | undefined;
  let tried: Attempt | undefined;
  let loading: Promise<void> | undefined;

  // Either way: a clock that was put back must not keep keys for as long.
  const within = (ms: number, since: number) => Math.abs(clock() - since) < ms;

  async function load(): Promise<void> {
    tried = { at: clock() };
    try {
      kept = { keys: await parts.load(), since: clock() };
    } catch (cause) {
      tried.failure = { cause };
      parts.onFailure(cause);
    }
  }

  async function refresh(): Promise<void> {
    if (!loading && tried && within(cooldownMs, tried.at)) return;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    await loading;
  }

  return {
    async current() {
      if (!kept || !within(maxAgeMs, kept.since)) await refresh();
      if (!kept) throw new ChatError('unavailable', {}, tried?.failure?.cause);
      return kept.keys;
    },

    async successor(keys) {
      if (kept?.keys === keys) await refresh();
      if (!kept || kept.keys !== keys || !tried?.failure) return kept?.keys ?? keys;
      throw new ChatError('unavailable', {}, tried.failure.cause);
    },
  };
}
