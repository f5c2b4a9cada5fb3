import { SignJWT } from 'jose';
import { createJwtAuthenticator } from '../../../../src/server/auth/jwt.ts';
import { FakeIssuer } from '../../../helpers/fakes/fake-issuer.ts';
import { FaultProxy, neverRespond, respondWith } from '../../../helpers/fakes/fault-proxy.ts';

const now = Date.UTC(2026, 10, 22);
const secret = 'a secret of at least 32 characters';

let parameterStore: FaultProxy;
let time: number;
let failures: unknown[];

beforeEach(async () => {
  parameterStore = await FaultProxy.start();
  parameterStore.responders = [respondWithSecret(secret)];
  time = now;
  failures = [];
});
afterEach(() => parameterStore.close());

/** Responds as Parameter Store does, with the value of the parameter. */
const respondWithSecret = (value: string) =>
  respondWith(200, JSON.stringify({ Parameter: { Name: '/kaiwa/secret', Value: value } }));

const createAuthenticator = (issuer = '', timeoutMs = 2_000) =>
  createJwtAuthenticator({
    issuer,
    audiences: [],
    secretParameter: {
      endpoint: parameterStore.url,
      parameter: '/kaiwa/secret',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'session' },
    },
    timeoutMs,
    now: () => time,
    onFailure: (cause) => failures.push(cause),
  });

const token = (signingSecret = secret, alg = 'HS256') =>
  new SignJWT({ sub: 'aki' })
    .setProtectedHeader({ alg })
    .setExpirationTime(now / 1000 + 3600)
    .sign(Buffer.from(signingSecret));

const unauthenticated = { code: 'unauthenticated' };
const unavailable = { code: 'unavailable' };

describe('createSecretLoader', () => {
  it('loads the secret that verifies a token of any issuer', async () => {
    expect(await createAuthenticator().verifyToken(await token())).toMatchObject({ userId: 'aki' });
  });

  it('requests the secret once, as the function, from its region', async () => {
    const authenticator = createAuthenticator();
    await Promise.all(
      Array.from({ length: 100 }, async () => authenticator.verifyToken(await token())),
    );
    expect(parameterStore.requests).toHaveLength(1);
    const { method, path, headers, body } = parameterStore.requests[0] ?? { headers: {}, body: '' };
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

  it.each(['HS384', 'HS512'])('rejects a token that is signed with %s', async (alg) => {
    await expect(createAuthenticator().verifyToken(await token(secret, alg))).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it('rejects a token that another secret has signed', async () => {
    const forged = await token('another secret of 32 characters!');
    await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unauthenticated);
  });

  it('rejects a token that the private key of an issuer has signed', async () => {
    const issuer = await FakeIssuer.start('RS256');
    const signed = await issuer.token({ sub: 'aki' }, { now });
    await expect(createAuthenticator().verifyToken(signed)).rejects.toMatchObject(unauthenticated);
    await issuer.close();
  });

  it('rejects a token without the configured issuer', async () => {
    await expect(createAuthenticator('tea').verifyToken(await token())).rejects.toMatchObject(
      unauthenticated,
    );
  });

  it('requests the secret again, but not too often, after it may have changed', async () => {
    const authenticator = createAuthenticator();
    await authenticator.verifyToken(await token());
    parameterStore.responders = [respondWithSecret('the next secret of 32 characters!')];
    const next = await token('the next secret of 32 characters!');
    time += 60_000;
    await Promise.all(Array.from({ length: 100 }, () => authenticator.verifyToken(next)));
    expect(parameterStore.requests).toHaveLength(2);
    await expect(authenticator.verifyToken(await token())).rejects.toMatchObject(unauthenticated);
    expect(parameterStore.requests).toHaveLength(2);
  });

  it.each([
    ['is too short', respondWithSecret('x'.repeat(31)), 'shorter'],
    ['does not exist', respondWith(400, '{"__type":"ParameterNotFound"}'), 'ParameterNotFound'],
    ['is not readable', respondWith(400, '{"__type":"AccessDeniedException"}'), 'AccessDenied'],
    ['has no value', respondWith(200, '{}'), 'shorter'],
    [
      'is not JSON',
      respondWith(200, `{"Parameter":{"Value":"${'x'.repeat(40)}`),
      'not respond with JSON',
    ],
  ])(
    'rejects every token if the secret %s, and reports why only to the operator',
    async (_case, responder, reason) => {
      parameterStore.responders = [responder];
      const forged = await token('x'.repeat(31));
      await expect(createAuthenticator().verifyToken(forged)).rejects.toMatchObject(unavailable);
      expect(failures).toHaveLength(1);
      expect(String(failures)).toContain(reason);
      expect(String(failures)).not.toContain('xxxx');
    },
  );

  it('retries a request that Parameter Store throttled or failed', async () => {
    const throttled = respondWith(
      400,
      '{"__type":"ThrottlingException","message":"Rate exceeded"}',
    );
    parameterStore.responders = [respondWith(500), throttled, respondWithSecret(secret)];
    expect(await createAuthenticator().verifyToken(await token())).toMatchObject({ userId: 'aki' });
  });

  it('rejects every token if Parameter Store does not respond', async () => {
    parameterStore.responders = [neverRespond];
    const verified = createAuthenticator('', 50).verifyToken(await token());
    await expect(verified).rejects.toMatchObject(unavailable);
  });
});
