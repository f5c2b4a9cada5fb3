import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Authenticator } from '../../../src/server/auth/authenticator.ts';
import { createJwtAuthenticator } from '../../../src/server/auth/jwt.ts';
import { FakeGateway, type Responder, respondWith } from './fake-gateway.ts';

/** A key of an issuer. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** As the issuer publishes it. */
  readonly jwk: JWK;
}

/** Makes a key. */
export async function createKey(kid: string, alg = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}

const configuration = '/.well-known/openid-configuration';

/** An OpenID issuer on this machine: its configuration, its keys, and tokens signed by them. */
export class FakeIssuer {
  /** The keys that it publishes; the first one signs. */
  keys: IssuerKey[] = [];
  /** Answers instead of it, when it is asked for its keys. */
  keysResponder: Responder | undefined;
  /** The same, when it is asked for its configuration. */
  configurationResponder: Responder | undefined;
  readonly #server: FakeGateway;

  private constructor(server: FakeGateway) {
    this.#server = server;
    server.responders = [(response) => this.#answer(response)];
  }

  /** Starts one with a key of this kind. */
  static async start(alg?: string): Promise<FakeIssuer> {
    const issuer = new FakeIssuer(await FakeGateway.start());
    issuer.keys = [await createKey('first', alg)];
    return issuer;
  }

  /** How it calls itself. */
  get name(): string {
    return `${this.#server.url}/realms/tea`;
  }

  /** Where its keys are. */
  get address(): string {
    return `${this.#server.url}/keys`;
  }

  /** How often it was asked for its keys. */
  get keyRequestCount(): number {
    return this.#server.requests.filter(({ path }) => path === '/keys').length;
  }

  /** What a stage asks people for that takes its tokens for `kaiwa`. */
  createAuthenticator(now: () => number = Date.now): Authenticator {
    const [timeoutMs, onFailure] = [10_000, () => {}];
    return createJwtAuthenticator({
      issuer: this.name,
      audiences: ['kaiwa'],
      timeoutMs,
      now,
      onFailure,
    });
  }

  /** A token that it gives to this person: for `kaiwa`, for an hour, unless the claims say otherwise. */
  token(
    claims: Record<string, unknown>,
    { now = Date.now(), key = this.keys[0] }: { now?: number; key?: IssuerKey | undefined } = {},
  ): Promise<string> {
    if (!key) throw new Error('It has no key.');
    const seconds = Math.floor(now / 1000);
    const usual = { iss: this.name, aud: 'kaiwa', iat: seconds, exp: seconds + 3600 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #answer(response: Parameters<Responder>[0]): void {
    const { path } = this.#server.requests.at(-1) ?? {};
    const json = (value: object) => respondWith(200, JSON.stringify(value));
    if (path === '/keys') {
      const respond = this.keysResponder ?? json({ keys: this.keys.map(({ jwk }) => jwk) });
      respond(response);
    } else if (path === `/realms/tea${configuration}`) {
      const respond =
        this.configurationResponder ?? json({ issuer: this.name, jwks_uri: this.address });
      respond(response);
    } else respondWith(404)(response);
  }
}
