import type { Keeping } from './saved-state.ts';

/** Three parts in base64url, as RFC 7519 has it; nothing else can be offered as a subprotocol. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const place = 'kaiwa.token';

/** The token that somebody means by what they have written: nothing where it has not the form of one. */
export function tokenFrom(written: string): string | undefined {
  const token = written.trim();
  return form.test(token) ? token : undefined;
}

/** What a token says of itself. Only the server knows whether it is true. */
interface Claims {
  readonly sub: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Reads a token; one that cannot be read says nothing, and never expires. */
export function claimsOf(token: string): Claims {
  let payload: { readonly sub?: unknown; readonly exp?: unknown } = {};
  try {
    const [, part = ''] = token.split('.');
    payload = Object(JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))));
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
export type Trouble = 'expired' | 'doubtful';

/** The token by which one is known. It is this tab’s alone, and gone with it. */
export class Token {
  readonly #ofTab: Keeping;
  readonly #clock: () => number;
  /** The one that is being shown, the last one that was taken, and the last one that was not. */
  #shown: string | undefined;
  #taken: string | undefined;
  #failed: string | undefined;

  constructor(ofTab: Keeping, clock = Date.now) {
    this.#ofTab = ofTab;
    this.#clock = clock;
  }

  /** The token itself, once there is one. To set what is none forgets it. */
  get text(): string | undefined {
    return tokenFrom(this.#ofTab.getItem(place) ?? '');
  }

  set text(text: string) {
    this.#ofTab.setItem(place, text);
  }

  /** Whose it says it is. */
  get person(): string {
    return claimsOf(this.text ?? '').sub;
  }

  /** What may be wrong with it. */
  get trouble(): Trouble | undefined {
    const { text } = this;
    if (claimsOf(text ?? '').expiresAt <= this.#clock()) return 'expired';
    return text === this.#failed && text !== this.#taken ? 'doubtful' : undefined;
  }

  /** Gives it out for a try to connect. Throws where it has expired and was not taken: why ask again? */
  show(): string {
    const { text = '' } = this;
    // Not before it was tried: this clock may be wrong.
    if (text === this.#failed && this.trouble === 'expired') throw new Error('It has expired.');
    this.#shown = text;
    return text;
  }

  /** There is a connection by it. */
  succeeded(): void {
    this.#taken = this.#shown;
    this.#failed = undefined;
    this.#shown = undefined;
  }

  /** There is none: a try has failed, or a connection was lost, which tells nothing of it. */
  failed(): void {
    this.#failed = this.#shown ?? this.#failed;
    this.#shown = undefined;
  }
}
