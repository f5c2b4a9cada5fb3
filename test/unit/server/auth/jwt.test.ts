import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { createJwtAuthenticator, type JwtOptions } from '../../../../src/server/auth/jwt.ts';
import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import { neverRespond, resetConnection, respondWith } from '../../../helpers/fakes/fake-gateway.ts';
import { createKey, FakeIssuer } from '../../../helpers/fakes/fake-issuer.ts';

const now = Date.UTC(2026, 10, 22);
const seconds = now / 1000;
const minutes = 60_000;

let issuer: FakeIssuer;
let time: number;
let failures: unknown[];

beforeEach(async () => {
  issuer = await FakeIssuer.start();
  time = now;
  failures = [];
});
afterEach(() => issuer.close());

const createAuthenticator = (options: Partial<JwtOptions> = {}) =>
  createJwtAuthenticator({
    issuer: issuer.name,
    audiences: ['kaiwa'],
    timeoutMs: 2_000,
    now: () => time,
    onFailure: (cause) => failures.push(cause),
    ...options,
  });

type Claims = Record<string, unknown>;

const token = (claims: Claims = {}, options: Parameters<FakeIssuer['token']>[1] = {}) =>
  issuer.token({ sub: 'aki', ...claims }, { now, ...options });

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that nobody has signed. */
const createUnsignedToken = (header: object, claims: object = {}) => {
  const usual = { iss: issuer.name, aud: 'kaiwa', sub: 'aki', exp: seconds + 3600 };
  return `${encode(header)}.${encode({ ...usual, ...claims })}`;
};

const unauthenticated = { code: 'unauthenticated' };

describe('a token', () => {
  it.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])(
    'of %s tells whose it is, what they are called, and until when',
    async (alg) => {
      issuer.keys = [await createKey('k', alg)];
      expect(await createAuthenticator().verifyToken(await token({ name: 'Aki' }))).toEqual({
        userId: 'aki',
        names: ['Aki'],
        expiresAt: now + 60 * minutes,
      });
    },
  );

  it('tells its names in the order in which they are fit to be shown', async () => {
    const claims = { nickname: 'c', preferred_username: 'b', name: 'a' };
    const { names } = await createAuthenticator().verifyToken(await token(claims));
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['from another issuer', { iss: 'https://elsewhere.example' }],
    ['from nobody', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['for nobody', { aud: undefined }],
    ['for other audiences', { aud: ['other', 'another'] }],
    ['for an audience that begins alike', { aud: 'kaiwa2' }],
    ['for another client of Cognito', { aud: undefined, client_id: 'other' }],
    ['for another audience and our client', { aud: 'other', client_id: 'kaiwa' }],
    ['of nobody', { sub: undefined }],
    ['of an empty person', { sub: '' }],
    ['of a number', { sub: 7 }],
    ['of a person of 256 characters', { sub: 'x'.repeat(256) }],
    ['of a person with a control character', { sub: 'a\nb' }],
    ['of a person that is not ASCII', { sub: '会' }],
    ['of a person with a quote, which is longer in JSON', { sub: '"' }],
    ['without end', { exp: undefined }],
    ['whose end is no number', { exp: 'never' }],
    ['whose beginning is no number', { nbf: 'now' }],
  ])('%s is refused', async (_case, claims: Claims) => {
    await expect(createAuthenticator().verifyToken(await token(claims))).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it.each([
    ['for several audiences', { aud: ['other', 'kaiwa'] }],
    ['of Cognito, which says client_id', { aud: undefined, client_id: 'kaiwa' }],
    ['of a person of 255 characters', { sub: 'x'.repeat(255) }],
    ['of a person of Auth0', { sub: 'auth0|5f7c8ec7c33c6c004bbafe82' }],
    ['of a person whose id means something in keys and paths', { sub: '#~/%$ <&>' }],
  ])('%s is taken', async (_case, claims: Claims) => {
    expect(await createAuthenticator().verifyToken(await token(claims))).toMatchObject({
      userId: claims['sub'] ?? 'aki',
    });
  });

  it('is for any of several audiences that are ours', async () => {
    const ours = createAuthenticator({ audiences: ['web', 'phone'] });
    for (const aud of ['web', 'phone']) await ours.verifyToken(await token({ aud }));
    await expect(ours.verifyToken(await token({ aud: 'kaiwa' }))).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it.each([
    ['ends five seconds ago', { exp: seconds - 5 }, false],
    ['ended four seconds ago', { exp: seconds - 4 }, true],
    ['begins in five seconds', { nbf: seconds + 5 }, true],
    ['begins in six seconds', { nbf: seconds + 6 }, false],
  ])('that %s: %j is taken: %p', async (_case, claims, isTaken) => {
    const verified = createAuthenticator().verifyToken(await token(claims));
    if (isTaken) expect(await verified).toMatchObject({ userId: 'aki' });
    else await expect(verified).rejects.toMatchObject(unauthenticated);
  });

  it('for ever ends with the years of four digits', async () => {
    const { expiresAt } = await createAuthenticator().verifyToken(await token({ exp: 1e300 }));
    expect(new Date(expiresAt).toISOString()).toMatch(/^9999-12-31/);
  });

  it('may be as long as a connect can be, and no longer', async () => {
    const long = (length: number) => token({ sub: 'aki', padding: 'x'.repeat(length) });
    await createAuthenticator().verifyToken(await long(5_500));
    await expect(createAuthenticator().verifyToken(await long(6_500))).rejects.toMatchObject(
      unauthenticated,
    );
    expect(issuer.keyRequestCount).toBe(1);
  });

  it('of which there is none is refused', async () => {
    await expect(createAuthenticator().authenticate({ key: 'x'.repeat(16) })).rejects.toMatchObject(
      unauthenticated,
    );
  });
});

describe('a forged token is refused that', () => {
  it.each(['none', 'None', 'NONE', 'nOnE'])('says that it is signed by %s', async (alg) => {
    for (const kid of [undefined, 'first']) {
      const forged = `${createUnsignedToken({ alg, kid })}.`;
      await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(
        unauthenticated,
      );
    }
  });

  it('is signed by the public key as if it were a secret', async () => {
    const key = await createKey('rsa', 'RS256');
    issuer.keys = [key];
    const { kid, jwk } = key;
    const published = createPublicKey({ key: jwk as never, format: 'jwk' });
    const texts = [
      ...['spki', 'pkcs1'].map((type) => published.export({ type, format: 'pem' } as never)),
      ...[JSON.stringify(jwk), String(jwk.n)],
    ];
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const secret of texts) {
        const head = createUnsignedToken({ alg, kid, typ: 'JWT' });
        const signature = createHmac(alg.replace('HS', 'sha'), secret).update(head);
        const forged = `${head}.${signature.digest('base64url')}`;
        await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(
          unauthenticated,
        );
      }
    }
  });

  it('brings its own key', async () => {
    const own = await createKey('own');
    const forged = await new SignJWT({ sub: 'aki', aud: 'kaiwa', iss: issuer.name })
      .setExpirationTime(seconds + 60)
      .setProtectedHeader({ alg: 'ES256', jwk: own.jwk })
      .sign(own.privateKey);
    await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it('is signed by another key under a known id', async () => {
    const forged = await token({}, { key: await createKey('first') });
    await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it('was changed after it was signed', async () => {
    const [head, , signature] = (await token()).split('.');
    const forged = [head, createUnsignedToken({}, { sub: 'ben' }).split('.')[1], signature].join(
      '.',
    );
    await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it('has a critical header that nobody knows', async () => {
    const [, claims] = (await token()).split('.');
    const forged = `${encode({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 })}.${claims}.AAAA`;
    await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it.each([
    '',
    '.',
    '..',
    '...',
    'a',
    'a.b',
    'a.b.c',
    'e30.e30.',
    'e30.e30.e30',
    '会.会.会',
    '\0',
    '%.%.%',
  ])('is %j', async (garbage) => {
    await expect(createAuthenticator().verifyToken(garbage)).rejects.toMatchObject(unauthenticated);
  });
});

describe('the issuer’s keys', () => {
  it('are fetched once for a thousand people who come at once', async () => {
    const ours = createAuthenticator();
    const tokens = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => token({ sub: `user-${index}` })),
    );
    const verified = await Promise.all(tokens.map((one) => ours.verifyToken(one)));
    expect(new Set(verified.map(({ userId }) => userId)).size).toBe(1_000);
    expect(issuer.keyRequestCount).toBe(1);
  });

  it('are fetched again, once, when one of them is new', async () => {
    const ours = createAuthenticator();
    await ours.verifyToken(await token());
    time += minutes;
    const next = await createKey('next');
    issuer.keys = [next, ...issuer.keys];
    const tokens = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => token({ sub: `user-${index}` })),
    );
    await Promise.all(tokens.map((one) => ours.verifyToken(one)));
    expect(issuer.keyRequestCount).toBe(2);
  });

  it('are not fetched for each token that names a key which nobody has', async () => {
    const ours = createAuthenticator();
    const stranger = await createKey('stranger');
    for (let round = 0; round < 3; round += 1) {
      const tokens = await Promise.all(
        Array.from({ length: 100 }, () => token({}, { key: stranger })),
      );
      for (const one of tokens)
        await expect(ours.verifyToken(one)).rejects.toMatchObject(unauthenticated);
      time += 9_000;
    }
    // At 0 s, and at 18 s for the first of the third round.
    expect(issuer.keyRequestCount).toBe(2);
  });

  it('that were taken back are trusted for ten minutes at most', async () => {
    const ours = createAuthenticator();
    const old = await token();
    await ours.verifyToken(old);
    issuer.keys = [await createKey('next')];
    time += 10 * minutes;
    await expect(ours.verifyToken(old)).rejects.toMatchObject(unauthenticated);
    expect(issuer.keyRequestCount).toBe(2);
  });

  it('are fetched anew by a clock that was put back', async () => {
    const ours = createAuthenticator();
    await ours.verifyToken(await token());
    time -= 60 * minutes;
    await ours.verifyToken(await token());
    expect(issuer.keyRequestCount).toBe(2);
  });

  it.each([
    ['does not answer with what it should', respondWith(500)],
    ['closes the connection', resetConnection],
    ['answers with no keys', respondWith(200, '{}')],
    ['answers with no JSON', respondWith(200, '<html>')],
  ])('serve on when it %s, and nobody can connect where there were none', async (_case, answer) => {
    const ours = createAuthenticator();
    const known = await token({ exp: seconds + 7200 });
    await ours.verifyToken(known);
    issuer.keysResponder = answer;
    time += 30 * minutes;
    expect(await ours.verifyToken(known)).toMatchObject({ userId: 'aki' });
    expect(failures).toHaveLength(1);

    const unavailable = { code: 'unavailable' };
    await expect(createAuthenticator().verifyToken(known)).rejects.toMatchObject(unavailable);
    const unknown = await token({}, { key: await createKey('new') });
    await expect(ours.verifyToken(unknown)).rejects.toMatchObject(unavailable);
  });

  it('are not taken from where the issuer’s address only sends one', async () => {
    const other = await FakeIssuer.start();
    other.keys = issuer.keys;
    issuer.keysResponder = respondWith(302, '', { location: other.address });
    const verified = createAuthenticator().verifyToken(await token());
    await expect(verified).rejects.toMatchObject({ code: 'unavailable' });
    expect(other.keyRequestCount).toBe(0);
    await other.close();
  });

  it('that do not come are waited for so long, and then nobody waits for a while', async () => {
    issuer.keysResponder = neverRespond;
    const ours = createAuthenticator({ timeoutMs: 50 });
    const one = await token();
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => ours.verifyToken(one)));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(ours.verifyToken(one)).rejects.toMatchObject({ code: 'unavailable' });
    expect(issuer.keyRequestCount).toBe(1);
    expect(failures).toMatchObject([{ name: 'TimeoutError' }]);

    issuer.keysResponder = undefined;
    time += 10_000;
    expect(await ours.verifyToken(one)).toMatchObject({ userId: 'aki' });
  });

  it('that do not come are waited for no longer than the invocation has', async () => {
    issuer.keysResponder = neverRespond;
    const ours = createAuthenticator({ timeoutMs: 3_600_000 });
    const verified = withTimeout(50, async () => ours.verifyToken(await token()));
    await expect(verified).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['is of another issuer', { issuer: 'https://elsewhere.example' }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys that anybody could send', { jwks_uri: 'data:application/json,{"keys":[]}' }],
  ])('are not taken where the configuration %s', async (_case, wrong) => {
    const configuration = { issuer: issuer.name, jwks_uri: issuer.address, ...wrong };
    issuer.configurationResponder = respondWith(200, JSON.stringify(configuration));
    const verified = createAuthenticator().verifyToken(await token());
    await expect(verified).rejects.toMatchObject({ code: 'unavailable' });
    expect(issuer.keyRequestCount).toBe(0);
  });
});
