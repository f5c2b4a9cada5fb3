import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { ChatError } from '../errors.ts';
import type { Authenticator, VerifiedIdentity } from './authenticator.ts';
import { createKeyCache, type KeyCache, type KeyCacheDeps } from './key-cache.ts';
import { fetchIssuerKeys } from './oidc-keys.ts';
import { createSecretLoader, type SecretParameter } from './shared-secret.ts';

/** The options of the JWT authenticator. */
export interface JwtOptions extends Pick<KeyCacheDeps<never>, 'now' | 'onFailure'> {
  /** The required `iss` of a token, exactly as the issuer writes it. Any `iss` is valid if this is empty. */
  readonly issuer: string;
  /** The valid audiences of a token. Any audience is valid if there are none. */
  readonly audiences: readonly string[];
  /** The parameter with the secret that signs the tokens. @default the keys of the issuer sign them */
  readonly secretParameter?: SecretParameter | undefined;
  /** The timeout of one fetch of keys, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * The valid signature algorithms: of a shared secret, or of an issuer's private key, but never both. If
 * both were valid, the public key would work as a secret, and everyone knows it.
 */
const algorithms = {
  secret: ['HS256'],
  issuer: [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ],
};

/** The largest accepted difference between the issuer's clock and ours, in seconds. */
const clockToleranceSeconds = 5;

/** The longest token, in characters. API Gateway accepts 10 KB of headers and URL at a connect. */
const maxLength = 8_192;

/** OpenID's limit of a `sub`, without the characters that a frame escapes. */
const subjectPattern = /^[ !#-[\]-~]{1,255}$/;

/** The last day of the last year with four digits in ISO 8601. Some issuers set a later expiry. */
const maxExpiry = Date.UTC(9999, 11, 31);

/** Creates an authenticator by tokens. The user id is the `sub` of a token. */
export function createJwtAuthenticator(options: JwtOptions): Authenticator {
  const { issuer, secretParameter, timeoutMs, now } = options;
  const keyCache = createKeyCache<JWTVerifyGetKey>({
    ...options,
    load: secretParameter
      ? createSecretLoader(secretParameter, timeoutMs, now)
      : () => fetchIssuerKeys(issuer, timeoutMs),
  });

  const verifyToken: Authenticator['verifyToken'] = async (token) => {
    if (token.length > maxLength) throw new ChatError('unauthenticated');
    try {
      return identityFromClaims(await verifyPayload(token, keyCache, options), options);
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

/** Verifies a token with the cached keys, and once more with newer ones if the issuer rotated its keys. */
async function verifyPayload(
  token: string,
  keyCache: KeyCache<JWTVerifyGetKey>,
  options: JwtOptions,
): Promise<JWTPayload> {
  const keys = await keyCache.get();
  try {
    return await verifyWith(keys, token, options);
  } catch (thrown) {
    const newKeys = isKeyRotationError(thrown) ? await keyCache.refreshAfter(keys) : keys;
    if (newKeys === keys) throw thrown;
    return verifyWith(newKeys, token, options);
  }
}

async function verifyWith(
  keys: JWTVerifyGetKey,
  token: string,
  { issuer, secretParameter, now }: JwtOptions,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: algorithms[secretParameter ? 'secret' : 'issuer'],
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(now()),
    requiredClaims: ['exp', 'sub'],
    ...(issuer && { issuer }),
  });
  return payload;
}

/** Returns whether newer keys of the issuer may verify the token. */
function isKeyRotationError(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWSSignatureVerificationFailed
  );
}

function identityFromClaims(payload: JWTPayload, { audiences }: JwtOptions): VerifiedIdentity {
  const { sub, exp, aud, name, preferred_username, nickname } = payload;
  // An access token of Cognito has no audience, but a client id.
  const tokenAudiences = [aud ?? payload['client_id']].flat();
  if (audiences.length > 0 && !audiences.some((audience) => tokenAudiences.includes(audience))) {
    throw new errors.JWTClaimValidationFailed('The token is for another audience.', payload, 'aud');
  }
  if (typeof sub !== 'string' || !subjectPattern.test(sub)) {
    throw new errors.JWTClaimValidationFailed('The token has no valid subject.', payload, 'sub');
  }
  return {
    userId: sub,
    names: [name, preferred_username, nickname].filter((claim) => typeof claim === 'string'),
    expiresAt: Math.min(Number(exp) * 1000, maxExpiry),
  };
}
