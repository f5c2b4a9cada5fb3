import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { ChatError } from '../errors.ts';
import type { Authenticator, VerifiedIdentity } from './authenticator.ts';
import { createKeyCache, type KeyCacheDeps } from './key-cache.ts';
import { fetchIssuerKeys } from './oidc-keys.ts';
import { createSecretLoader, type SecretParameter } from './shared-secret.ts';

/** Whose tokens are taken, and how to check them. */
export interface JwtOptions extends Pick<KeyCacheDeps<never>, 'now' | 'onFailure'> {
  /** The `iss` that a token must have, as the issuer writes it; any where it is empty. */
  readonly issuer: string;
  /** A token must be for one of these; for anyone where there are none. */
  readonly audiences: readonly string[];
  /** Where the secret is that signs the tokens; without it the issuer's own keys do. */
  readonly secretParameter?: SecretParameter | undefined;
  /** How long one fetch of keys may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * How tokens may be signed: by a secret or by an issuer's private key, never by either. Where both
 * were taken, what everybody knows as a public key would be good as a secret.
 */
const algorithms = {
  secret: ['HS256'],
  issuer: [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  ],
};

/** By so much the issuer's clock and ours may differ. */
const clockTolerance = 5;

/** What API Gateway takes of a connect's headers and address is less than 10 KB. */
const maxLength = 8_192;

/** OpenID's own limit of a `sub`, and nothing that would be longer in a frame than it is. */
const subjectPattern = /^[ !#-[\]-~]{1,255}$/;

/** The end of the last year that ISO 8601 writes in four digits: whoever issues tokens for ever. */
const maxExpiry = Date.UTC(9999, 11, 31);

/** A person is the `sub` of a token. */
export function createJwtAuthenticator(options: JwtOptions): Authenticator {
  const { issuer, secretParameter, timeoutMs, now } = options;
  const keyCache = createKeyCache<JWTVerifyGetKey>({
    ...options,
    load: secretParameter
      ? createSecretLoader(secretParameter, timeoutMs, now)
      : () => fetchIssuerKeys(issuer, timeoutMs),
  });
  const verifyWith = (token: string, keys: JWTVerifyGetKey) =>
    jwtVerify(token, keys, {
      algorithms: algorithms[secretParameter ? 'secret' : 'issuer'],
      clockTolerance,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub'],
      ...(issuer && { issuer }),
    });

  async function verifyPayload(token: string): Promise<JWTPayload> {
    const keys = await keyCache.get();
    try {
      return (await verifyWith(token, keys)).payload;
    } catch (thrown) {
      const newKeys = isKeyRotationError(thrown) ? await keyCache.refreshAfter(keys) : keys;
      if (newKeys === keys) throw thrown;
      return (await verifyWith(token, newKeys)).payload;
    }
  }

  const verifyToken: Authenticator['verifyToken'] = async (token) => {
    if (token.length > maxLength) throw new ChatError('unauthenticated');
    try {
      return identityFromClaims(await verifyPayload(token), options);
    } catch (thrown) {
      const isRejection = thrown instanceof errors.JOSEError;
      throw isRejection ? new ChatError('unauthenticated', {}, thrown) : thrown;
    }
  };

  return {
    verifyToken,
    authenticate: async ({ token }) => {
      if (token === undefined) throw new ChatError('unauthenticated');
      return verifyToken(token);
    },
  };
}

/** Whether other keys, which we have not yet, might take the token. */
function isKeyRotationError(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWSSignatureVerificationFailed
  );
}

function identityFromClaims(payload: JWTPayload, { audiences }: JwtOptions): VerifiedIdentity {
  const { sub, exp, aud, name, preferred_username, nickname } = payload;
  // An access token of Cognito has no audience and says there for which client it is.
  const isFor = [aud ?? payload['client_id']].flat();
  if (audiences.length > 0 && !audiences.some((audience) => isFor.includes(audience))) {
    throw new errors.JWTClaimValidationFailed('for another audience', payload, 'aud');
  }
  if (typeof sub !== 'string' || !subjectPattern.test(sub)) {
    throw new errors.JWTClaimValidationFailed('no person', payload, 'sub');
  }
  return {
    userId: sub,
    names: [name, preferred_username, nickname].filter((found) => typeof found === 'string'),
    expiresAt: Math.min(Number(exp) * 1000, maxExpiry),
  };
}
