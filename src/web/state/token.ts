import { isRecord } from '../lib/is-record.ts';
import type { KeyValueStorage } from './saved-state.ts';

/** Three parts in base64url (RFC 7519). A browser cannot offer anything else as a subprotocol. */
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const storageKey = 'kaiwa.token';

/** Turns user input into a token. Returns `undefined` if the input does not look like a JWT. */
export function parseToken(input: string): string | undefined {
  const token = input.trim();
  return jwtPattern.test(token) ? token : undefined;
}

/** The claims of a token, unverified. Only the server can verify them. */
interface TokenClaims {
  readonly sub: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Reads the claims of a token. An unreadable token has no subject and never expires. */
export function parseClaims(token: string): TokenClaims {
  const { sub, exp } = decodePayload(token);
  return {
    sub: typeof sub === 'string' ? sub : '',
    expiresAt: typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY,
  };
}

function decodePayload(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, encodedPayload = ''] = token.split('.');
    const base64 = encodedPayload.replaceAll('-', '+').replaceAll('_', '/');
    const payload: unknown = JSON.parse(atob(base64));
    return isRecord(payload) ? payload : {};
  } catch {
    // The server rejects the token.
    return {};
  }
}

/**
 * A likely reason why a token does not connect. A browser hides why a handshake failed.
 * `unverified` means that no connection was made with the token yet.
 */
export type TokenProblem = 'expired' | 'unverified';

/** The token that authenticates the user. The tab stores it and forgets it when it is closed. */
export class Token {
  readonly #storage: KeyValueStorage;
  readonly #now: () => number;
  /** The token of the current attempt to connect. */
  #pending: string | undefined;
  #lastAccepted: string | undefined;
  #lastFailed: string | undefined;

  constructor(storage: KeyValueStorage, now = Date.now) {
    this.#storage = storage;
    this.#now = now;
  }

  /** The token itself, if there is one. Setting an empty text forgets it. */
  get text(): string | undefined {
    return parseToken(this.#storage.getItem(storageKey) ?? '');
  }

  set text(text: string) {
    this.#storage.setItem(storageKey, text);
  }

  /** The user id in the token, unverified. */
  get userId(): string {
    return parseClaims(this.text ?? '').sub;
  }

  /** A likely problem of the token. */
  get problem(): TokenProblem | undefined {
    const { text } = this;
    if (parseClaims(text ?? '').expiresAt <= this.#now()) return 'expired';
    return text === this.#lastFailed && text !== this.#lastAccepted ? 'unverified' : undefined;
  }

  /** Returns the token for the next attempt. Throws if it has expired and its last attempt failed. */
  takeForConnect(): string {
    const { text = '' } = this;
    // The first attempt is made even if the token has expired: the clock of the device may be wrong.
    if (text === this.#lastFailed && this.problem === 'expired') {
      throw new Error('The token has expired. Enter a new one.');
    }
    this.#pending = text;
    return text;
  }

  /** Records that a connection was made with the token. */
  onConnected(): void {
    this.#lastAccepted = this.#pending;
    this.#lastFailed = undefined;
    this.#pending = undefined;
  }

  /** Records a failed attempt, or a lost connection. A lost connection says nothing about the token. */
  onFailed(): void {
    this.#lastFailed = this.#pending ?? this.#lastFailed;
    this.#pending = undefined;
  }
}
