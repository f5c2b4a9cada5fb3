import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { createKey } from '../../../helpers/fakes/fake-issuer.ts';
import { JwtSetup, startedAtSeconds, unauthenticated } from './jwt-setup.ts';

let setup: JwtSetup;

beforeEach(async () => {
  setup = await JwtSetup.start();
});
afterEach(() => setup.close());

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Creates a token without its signature. */
const createUnsignedToken = (header: object, claims: object = {}) => {
  const validClaims = {
    iss: setup.issuer.name,
    aud: 'kaiwa',
    sub: 'aki',
    exp: startedAtSeconds + 3600,
  };
  return `${encode(header)}.${encode({ ...validClaims, ...claims })}`;
};

const expectRejection = (token: string) =>
  expect(setup.createAuthenticator().verifyToken(token)).rejects.toMatchObject(unauthenticated);

describe('createJwtAuthenticator', () => {
  it.each(['none', 'None', 'NONE', 'nOnE'])(
    '[SEC-003] rejects a token that claims to be signed with %s',
    async (alg) => {
      for (const kid of [undefined, 'first']) {
        await expectRejection(`${createUnsignedToken({ alg, kid })}.`);
      }
    },
  );

  it('[SEC-004] rejects a token that is signed with the public key as a secret', async () => {
    const key = await createKey('rsa', 'RS256');
    setup.issuer.keys = [key];
    const { kid, jwk } = key;
    const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(jwk),
      String(jwk.n),
    ];
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const secret of secrets) {
        const unsigned = createUnsignedToken({ alg, kid, typ: 'JWT' });
        const signature = createHmac(alg.replace('HS', 'sha'), secret).update(unsigned);
        await expectRejection(`${unsigned}.${signature.digest('base64url')}`);
      }
    }
  });

  it('[SEC-005] rejects a token that brings its own key', async () => {
    const ownKey = await createKey('own');
    const token = await new SignJWT({ sub: 'aki', aud: 'kaiwa', iss: setup.issuer.name })
      .setExpirationTime(startedAtSeconds + 60)
      .setProtectedHeader({ alg: 'ES256', jwk: ownKey.jwk })
      .sign(ownKey.privateKey);
    await expectRejection(token);
  });

  it('rejects a token that another key has signed under a known id', async () => {
    await expectRejection(await setup.token({}, { key: await createKey('first') }));
  });

  it('[SEC-002] rejects a token that was changed after it was signed', async () => {
    const [header, , signature] = (await setup.token()).split('.');
    const [, claims] = createUnsignedToken({}, { sub: 'ben' }).split('.');
    await expectRejection([header, claims, signature].join('.'));
  });

  it('rejects a token with an unknown critical header', async () => {
    const [, claims] = (await setup.token()).split('.');
    const header = encode({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 });
    await expectRejection(`${header}.${claims}.AAAA`);
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
  ])('rejects the malformed token %j', async (token) => {
    await expectRejection(token);
  });
});
