import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { isRecord } from '../lib/is-record.ts';
import { fetchJson } from './fetch-json.ts';

/**
 * Fetches the keys of an OpenID issuer. The issuer's own configuration names their URL
 * (https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig), so the issuer is the only
 * setting. Examples are `https://cognito-idp.REGION.amazonaws.com/POOL` for Cognito,
 * `https://TENANT.auth0.com/` for Auth0, and `https://HOST/realms/REALM` for Keycloak.
 */
export async function fetchIssuerKeys(issuer: string, timeoutMs: number): Promise<JWTVerifyGetKey> {
  const base = issuer.replace(/\/$/, '');
  const discoveryUrl = new URL(`${base}/.well-known/openid-configuration`);
  const configuration = await fetchJson(discoveryUrl, timeoutMs);
  // The specification requires this check: a server in the issuer's place names another issuer.
  if (!isRecord(configuration) || configuration['issuer'] !== issuer) {
    throw new Error(`${discoveryUrl.href} names another issuer. Correct the parameter issuer.`);
  }
  const keysUrl = new URL(String(configuration['jwks_uri']));
  if (keysUrl.protocol !== discoveryUrl.protocol) {
    throw new Error(`${keysUrl.href} must use ${discoveryUrl.protocol}. Correct the jwks_uri.`);
  }
  return createLocalJWKSet((await fetchJson(keysUrl, timeoutMs)) as JSONWebKeySet);
}
