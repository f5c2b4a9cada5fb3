import { SignJWT } from 'jose';
import { createJwtAuthenticator } from '../../../../src/server/auth/jwt.ts';
import { FakeGateway, neverRespond, respondWith } from '../../../helpers/fakes/fake-gateway.ts';
import { FakeIssuer } from '../../../helpers/fakes/fake-issuer.ts';

const now = Date.UTC(2026, 10, 22);
const secret = 'a secret of at least 32 characters';

let store: FakeGateway;
let time: number;
let failures: unknown[];

beforeEach(async () => {
  store = await FakeGateway.start();
  store.responders = [respondWithSecret(secret)];
  time = now;
  failures = [];
});
afterEach(() => store.close());

/** Parameter Store, with this in the parameter. */
const respondWithSecret = (value: string) =>
  respondWith(200, JSON.stringify({ Parameter: { Name: '/kaiwa/secret', Value: value } }));

const authentication = (issuer = '', timeoutMs = 2_000) =>
  createJwtAuthenticator({
    issuer,
    audiences: [],
    secretParameter: {
      endpoint: store.url,
      parameter: '/kaiwa/secret',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'session' },
    },
    timeoutMs,
    now: () => time,
    onFailure: (cause) => failures.push(cause),
  });

const token = (signedBy = secret, alg = 'HS256') =>
  new SignJWT({ sub: 'aki' })
    .setProtectedHeader({ alg })
    .setExpirationTime(now / 1000 + 3600)
    .sign(Buffer.from(signedBy));

const unauthenticated = { code: 'unauthenticated' };
const unavailable = { code: 'unavailable' };

describe('a shared secret', () => {
  it('takes what it has signed, whoever says that they did', async () => {
    expect(await authentication().verifyToken(await token())).toMatchObject({ userId: 'aki' });
  });

  it('is asked for as the function, of its region, once', async () => {
    const ours = authentication();
    await Promise.all(Array.from({ length: 100 }, async () => ours.verifyToken(await token())));
    expect(store.requests).toHaveLength(1);
    const [{ method, path, headers, body } = { headers: {}, body: '' }] = store.requests;
    expect({ method, path }).toEqual({ method: 'POST', path: '/' });
    expect(JSON.parse(body)).toEqual({ Name: '/kaiwa/secret', WithDecryption: true });
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(body.length),
      'x-amz-target': 'AmazonSSM.GetParameter',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=id\/20261122\/eu-west-1\/ssm\/aws4_request, SignedHeaders=content-length;content-type;host;/,
      ),
    });
  });

  it.each(['HS384', 'HS512'])('takes nothing signed by %s', async (alg) => {
    await expect(authentication().verifyToken(await token(secret, alg))).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it('takes nothing that another has signed', async () => {
    const forged = await token('another secret of 32 characters!');
    await expect(authentication().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it('takes nothing that an issuer’s private key has signed', async () => {
    const issuer = await FakeIssuer.start('RS256');
    const signed = await issuer.token({ sub: 'aki' }, { now });
    await expect(authentication().verifyToken(signed)).rejects.toMatchObject(unauthenticated);
    await issuer.close();
  });

  it('takes only what names the issuer, where one is named', async () => {
    await expect(authentication('tea').verifyToken(await token())).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it('is fetched again, once in a while, when it may be another by now', async () => {
    const ours = authentication();
    await ours.verifyToken(await token());
    store.responders = [respondWithSecret('the next secret of 32 characters!')];
    const next = await token('the next secret of 32 characters!');
    time += 60_000;
    await Promise.all(Array.from({ length: 100 }, () => ours.verifyToken(next)));
    expect(store.requests).toHaveLength(2);
    await expect(ours.verifyToken(await token())).rejects.toMatchObject(unauthenticated);
    expect(store.requests).toHaveLength(2);
  });

  it.each([
    ['is too short to be one', respondWithSecret('x'.repeat(31)), 'shorter'],
    ['is not there', respondWith(400, '{"__type":"ParameterNotFound"}'), 'ParameterNotFound'],
    ['may not be read', respondWith(400, '{"__type":"AccessDeniedException"}'), 'AccessDenied'],
    ['has no value', respondWith(200, '{}'), 'shorter'],
    ['is not JSON', respondWith(200, `{"Parameter":{"Value":"${'x'.repeat(40)}`), 'not respond with JSON'],
  ])('that %s lets nobody in, and says why to the operator alone', async (_case, answer, why) => {
    store.responders = [answer];
    const forged = await token('x'.repeat(31));
    await expect(authentication().verifyToken(forged)).rejects.toMatchObject(unavailable);
    expect(failures).toHaveLength(1);
    expect(String(failures)).toContain(why);
    expect(String(failures)).not.toContain('xxxx');
  });

  it('is asked for again where the first answer may be better the second time', async () => {
    const busy = respondWith(400, '{"__type":"ThrottlingException","message":"Rate exceeded"}');
    store.responders = [respondWith(500), busy, respondWithSecret(secret)];
    expect(await authentication().verifyToken(await token())).toMatchObject({ userId: 'aki' });
  });

  it('that does not come lets nobody in', async () => {
    store.responders = [neverRespond];
    const verified = authentication('', 50).verifyToken(await token());
    await expect(verified).rejects.toMatchObject(unavailable);
  });
});
