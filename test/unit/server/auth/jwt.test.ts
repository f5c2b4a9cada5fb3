import { createKey } from '../../../helpers/fakes/fake-issuer.ts';
import {
  type Claims,
  JwtSetup,
  minuteMs,
  startedAt,
  startedAtSeconds,
  unauthenticated,
} from './jwt-setup.ts';

let setup: JwtSetup;

beforeEach(async () => {
  setup = await JwtSetup.start();
});
afterEach(() => setup.close());

const verify = async (claims: Claims) =>
  setup.createAuthenticator().verifyToken(await setup.token(claims));

describe('createJwtAuthenticator', () => {
  it.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])(
    'returns the user, the names and the expiry of a token that is signed with %s',
    async (alg) => {
      setup.issuer.keys = [await createKey('k', alg)];
      expect(await verify({ name: 'Aki' })).toEqual({
        userId: 'aki',
        names: ['Aki'],
        expiresAt: startedAt + 60 * minuteMs,
      });
    },
  );

  it('returns the names of a token in the order of their fitness for display', async () => {
    const { names } = await verify({ nickname: 'c', preferred_username: 'b', name: 'a' });
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['from another issuer', { iss: 'https://elsewhere.example' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['for other audiences', { aud: ['other', 'another'] }],
    ['for an audience with the same beginning', { aud: 'kaiwa2' }],
    ['for another client of Cognito', { aud: undefined, client_id: 'other' }],
    ['for another audience and our client', { aud: 'other', client_id: 'kaiwa' }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a number as its subject', { sub: 7 }],
    ['with a subject of 256 characters', { sub: 'x'.repeat(256) }],
    ['with a control character in its subject', { sub: 'a\nb' }],
    ['with a subject that is not ASCII', { sub: '会' }],
    ['with a quote in its subject, which JSON escapes', { sub: '"' }],
    ['without an expiry', { exp: undefined }],
    ['with an expiry that is not a number', { exp: 'never' }],
    ['with a start that is not a number', { nbf: 'now' }],
    ['that expired five seconds ago', { exp: startedAtSeconds - 5 }],
    ['that starts in six seconds', { nbf: startedAtSeconds + 6 }],
  ])('rejects a token %s', async (_case, claims: Claims) => {
    await expect(verify(claims)).rejects.toMatchObject(unauthenticated);
  });

  it.each([
    ['for several audiences', { aud: ['other', 'kaiwa'] }],
    ['of Cognito, which names the audience client_id', { aud: undefined, client_id: 'kaiwa' }],
    ['with a subject of 255 characters', { sub: 'x'.repeat(255) }],
    ['with a subject of Auth0', { sub: 'auth0|5f7c8ec7c33c6c004bbafe82' }],
    ['with a subject that has special characters of keys and paths', { sub: '#~/%$ <&>' }],
    ['that expired four seconds ago', { exp: startedAtSeconds - 4 }],
    ['that starts in five seconds', { nbf: startedAtSeconds + 5 }],
  ])('accepts a token %s', async (_case, claims: Claims) => {
    expect(await verify(claims)).toMatchObject({ userId: claims['sub'] ?? 'aki' });
  });

  it('accepts a token for any of several configured audiences', async () => {
    const authenticator = setup.createAuthenticator({ audiences: ['web', 'phone'] });
    for (const aud of ['web', 'phone']) await authenticator.verifyToken(await setup.token({ aud }));
    const verified = authenticator.verifyToken(await setup.token({ aud: 'kaiwa' }));
    await expect(verified).rejects.toMatchObject(unauthenticated);
  });

  it('limits the expiry to the years of four digits', async () => {
    const { expiresAt } = await verify({ exp: 1e300 });
    expect(new Date(expiresAt).toISOString()).toMatch(/^9999-12-31/);
  });

  it('accepts a token as long as a connect allows, and rejects a longer one unread', async () => {
    await verify({ padding: 'x'.repeat(5_500) });
    const verified = verify({ padding: 'x'.repeat(6_500) });
    await expect(verified).rejects.toMatchObject(unauthenticated);
    expect(setup.issuer.keyRequestCount).toBe(1);
  });

  it('rejects a client without a token', async () => {
    const authenticated = setup.createAuthenticator().authenticate({ key: 'x'.repeat(16) });
    await expect(authenticated).rejects.toMatchObject(unauthenticated);
  });
});
