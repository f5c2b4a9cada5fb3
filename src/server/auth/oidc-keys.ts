import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { fetchJson } from './fetch-json.ts';

/**
 * The keys of an OpenID issuer. Where they are, its own configuration says
 * (https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig), so that the issuer is
 * all that one need know: of Cognito `https://cognito-idp.REGION.amazonaws.com/POOL`, of Auth0
 * `https://TENANT.auth0.com/`, of Keycloak `https://HOST/realms/REALM`.
 */
export async function fetchIssuerKeys(issuer: string, timeoutMs: number): Promise<JWTVerifyGetKey> {
  const base = issuer.replace(/\/$/, '');
  const discoveryUrl = new URL(`${base}/.well-known/openid-configuration`);
  const configuration: { issuer?: unknown; jwks_uri?: unknown } = Object(
    await fetchJson(discoveryUrl, timeoutMs),
  );
  // Whoever answers in its place says another name, as the specification has one check.
  if (configuration.issuer !== issuer) throw new Error(`${discoveryUrl.href} is of another issuer`);
  const keys = new URL(String(configuration.jwks_uri));
  if (keys.protocol !== discoveryUrl.protocol)
    throw new Error(`${keys.href} is not ${discoveryUrl.protocol}`);
  return createLocalJWKSet((await fetchJson(keys, timeoutMs)) as JSONWebKeySet);
}
