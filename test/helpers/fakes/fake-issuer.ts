import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Authenticator } from '../../../src/server/auth/authenticator.ts';
import { createJwtAuthenticator } from '../../../src/server/auth/jwt.ts';
import { type Answering, Gateway, status } from './fake-gateway.ts';

/** A key of an issuer. */
export interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** As the issuer publishes it. */
  readonly jwk: JWK;
}

/** Makes a key. */
export async function aKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}

const configuration = '/.well-known/openid-configuration';

/** An OpenID issuer on this machine: its configuration, its keys, and tokens signed by them. */
export class Issuer {
  /** The keys that it publishes; the first one signs. */
  keys: Key[] = [];
  /** Answers instead of it, when it is asked for its keys. */
  insteadOfKeys: Answering | undefined;
  /** The same, when it is asked for its configuration. */
  insteadOfConfiguration: Answering | undefined;
  readonly #server: Gateway;

  private constructor(server: Gateway) {
    this.#server = server;
    server.answers = [(response) => this.#answer(response)];
  }

  /** Starts one with a key of this kind. */
  static async start(alg?: string): Promise<Issuer> {
    const issuer = new Issuer(await Gateway.start());
    issuer.keys = [await aKey('first', alg)];
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
  get asked(): number {
    return this.#server.arrived.filter(({ path }) => path === '/keys').length;
  }

  /** What a stage asks people for that takes its tokens for `kaiwa`. */
  authenticator(now: () => number = Date.now): Authenticator {
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
    { now = Date.now(), key = this.keys[0] }: { now?: number; key?: Key | undefined } = {},
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

  #answer(response: Parameters<Answering>[0]): void {
    const { path } = this.#server.arrived.at(-1) ?? {};
    const json = (value: object) => status(200, JSON.stringify(value));
    if (path === '/keys') {
      const answering = this.insteadOfKeys ?? json({ keys: this.keys.map(({ jwk }) => jwk) });
      answering(response);
    } else if (path === `/realms/tea${configuration}`) {
      const answering =
        this.insteadOfConfiguration ?? json({ issuer: this.name, jwks_uri: this.address });
      answering(response);
    } else status(404)(response);
  }
}
