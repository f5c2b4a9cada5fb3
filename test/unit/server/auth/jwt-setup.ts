import { createJwtAuthenticator, type JwtOptions } from '../../../../src/server/auth/jwt.ts';
import { FakeIssuer } from '../../../helpers/fakes/fake-issuer.ts';

/** The start of each test, in milliseconds since 1970. */
export const startedAt = Date.UTC(2026, 10, 22);

/** The start of each test, in seconds since 1970. */
export const startedAtSeconds = startedAt / 1000;

/** A minute in milliseconds. */
export const minuteMs = 60_000;

export const unauthenticated = { code: 'unauthenticated' };
export const unavailable = { code: 'unavailable' };

/** The claims of a token. */
export type Claims = Record<string, unknown>;

/** An issuer on this machine, with authenticators that trust it and a clock that the test moves. */
export class JwtSetup {
  readonly issuer: FakeIssuer;
  now = startedAt;
  /** The causes of failed key fetches. */
  readonly failures: unknown[] = [];

  private constructor(issuer: FakeIssuer) {
    this.issuer = issuer;
  }

  static async start(): Promise<JwtSetup> {
    return new JwtSetup(await FakeIssuer.start());
  }

  /** Creates an authenticator for the audience `kaiwa`. */
  createAuthenticator(options: Partial<JwtOptions> = {}) {
    return createJwtAuthenticator({
      issuer: this.issuer.name,
      audiences: ['kaiwa'],
      timeoutMs: 2_000,
      now: () => this.now,
      onFailure: (cause) => this.failures.push(cause),
      ...options,
    });
  }

  /** Signs a token of the user `aki`. */
  token(claims: Claims = {}, options: Parameters<FakeIssuer['token']>[1] = {}): Promise<string> {
    return this.issuer.token({ sub: 'aki', ...claims }, { now: startedAt, ...options });
  }

  /** Signs tokens of different users. */
  tokens(count: number): Promise<string[]> {
    return Promise.all(
      Array.from({ length: count }, (_, index) => this.token({ sub: `user-${index}` })),
    );
  }

  close(): Promise<void> {
    return this.issuer.close();
  }
}
