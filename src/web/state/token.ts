import type { KeyValueStorage } from './saved-state.ts';

/** Three parts in base64url, as RFC 7519 has it; nothing else can be offered as a subprotocol. */
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const storageKey = 'kaiwa.token';

/** The token that somebody means by what they have written: nothing where it has not the form of one. */
export function parseToken(input: string): string | undefined {
  const token = input.trim();
  return jwtPattern.test(token) ? token : undefined;
}

/** What a token says of itself. Only the server knows whether it is true. */
interface TokenClaims {
  readonly sub: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Reads a token; one that cannot be read says nothing, and never expires. */
export function parseClaims(token: string): TokenClaims {
  let payload: { readonly sub?: unknown; readonly exp?: unknown } = {};
  try {
    const [, encodedPayload = ''] = token.split('.');
    payload = Object(JSON.parse(atob(encodedPayload.replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    // The server will refuse it.
  }
  const { sub, exp } = payload;
  return {
    sub: typeof sub === 'string' ? sub : '',
    expiresAt: typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY,
  };
}

/**
 * What may be wrong with a token that there is no connection by. A browser does not tell why a
 * handshake failed, so a page cannot know more: `doubtful` is one that has never been taken yet.
 */
export type TokenProblem = 'expired' | 'unverified';

/** The token by which one is known. It is this tab’s alone, and gone with it. */
export class Token {
  readonly #storage: KeyValueStorage;
  readonly #now: () => number;
  /** The one that is being shown, the last one that was taken, and the last one that was not. */
  #pending: string | undefined;
  #lastAccepted: string | undefined;
  #lastFailed: string | undefined;

  constructor(storage: KeyValueStorage, now = Date.now) {
    this.#storage = storage;
    this.#now = now;
  }

  /** The token itself, once there is one. To set what is none forgets it. */
  get text(): string | undefined {
    return parseToken(this.#storage.getItem(storageKey) ?? '');
  }

  set text(text: string) {
    this.#storage.setItem(storageKey, text);
  }

  /** Whose it says it is. */
  get userId(): string {
    return parseClaims(this.text ?? '').sub;
  }

  /** What may be wrong with it. */
  get problem(): TokenProblem | undefined {
    const { text } = this;
    if (parseClaims(text ?? '').expiresAt <= this.#now()) return 'expired';
    return text === this.#lastFailed && text !== this.#lastAccepted ? 'unverified' : undefined;
  }

  /** Gives it out for a try to connect. Throws where it has expired and was not taken: why ask again? */
  takeForConnect(): string {
    const { text = '' } = this;
    // Not before it was tried: this clock may be wrong.
    if (text === this.#lastFailed && this.problem === 'expired') throw new Error('It has expired.');
    this.#pending = text;
    return text;
  }

  /** There is a connection by it. */
  onConnected(): void {
    this.#lastAccepted = this.#pending;
    this.#lastFailed = undefined;
    this.#pending = undefined;
  }

  /** There is none: a try has failed, or a connection was lost, which tells nothing of it. */
  onFailed(): void {
    this.#lastFailed = this.#pending ?? this.#lastFailed;
    this.#pending = undefined;
  }
}
