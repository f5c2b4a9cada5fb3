import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Authenticator } from '../../../src/server/auth/authenticator.ts';
import { createJwtAuthenticator } from '../../../src/server/auth/jwt.ts';
import { FaultProxy, type Responder, respondWith } from './fault-proxy.ts';

/** A key of an issuer. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** The public key as the issuer publishes it. */
  readonly jwk: JWK;
}

/** Creates a key. */
export async function createKey(kid: string, alg = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}

const configurationPath = '/realms/tea/.well-known/openid-configuration';

/** An OpenID issuer on this machine: its configuration, its keys, and tokens that it signs. */
export class FakeIssuer {
  /** The published keys. The first one signs. */
  keys: IssuerKey[] = [];
  /** Answers requests for the keys instead. */
  keysResponder: Responder | undefined;
  /** Answers requests for the configuration instead. */
  configurationResponder: Responder | undefined;
  readonly #server: FaultProxy;

  private constructor(server: FaultProxy) {
    this.#server = server;
    server.fault = ({ path }) => this.#chooseResponder(path);
  }

  /** Starts an issuer with one key for this algorithm. */
  static async start(alg?: string): Promise<FakeIssuer> {
    const issuer = new FakeIssuer(await FaultProxy.start());
    issuer.keys = [await createKey('first', alg)];
    return issuer;
  }

  /** The `iss` claim of its tokens. */
  get name(): string {
    return `${this.#server.url}/realms/tea`;
  }

  /** The URL of its keys. */
  get address(): string {
    return `${this.#server.url}/keys`;
  }

  /** The number of requests for its keys. */
  get keyRequestCount(): number {
    return this.#server.requests.filter(({ path }) => path === '/keys').length;
  }

  /** Creates the authenticator of a stage that accepts this issuer's tokens for `kaiwa`. */
  createAuthenticator(now: () => number = Date.now): Authenticator {
    return createJwtAuthenticator({
      issuer: this.name,
      audiences: ['kaiwa'],
      timeoutMs: 10_000,
      now,
      onFailure: () => {},
    });
  }

  /** Signs a token for a user. It is for `kaiwa` and for an hour, unless the claims say otherwise. */
  token(
    claims: Record<string, unknown>,
    { now = Date.now(), key = this.keys[0] }: { now?: number; key?: IssuerKey | undefined } = {},
  ): Promise<string> {
    if (!key) throw new Error('The issuer has no key: add one to `keys`.');
    const seconds = Math.floor(now / 1000);
    const defaults = { iss: this.name, aud: 'kaiwa', iat: seconds, exp: seconds + 3600 };
    return new SignJWT({ ...defaults, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #chooseResponder(path: string): Responder {
    const json = (value: object) => respondWith(200, JSON.stringify(value));
    if (path === '/keys') {
      return this.keysResponder ?? json({ keys: this.keys.map(({ jwk }) => jwk) });
    }
    if (path !== configurationPath) return respondWith(404);
    return this.configurationResponder ?? json({ issuer: this.name, jwks_uri: this.address });
  }
}
