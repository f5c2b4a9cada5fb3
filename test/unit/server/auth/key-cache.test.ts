import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import { createKey } from '../../../helpers/fakes/fake-issuer.ts';
import { neverRespond, resetConnection, respondWith } from '../../../helpers/fakes/fault-proxy.ts';
import { JwtSetup, minuteMs, startedAtSeconds, unauthenticated, unavailable } from './jwt-setup.ts';

let setup: JwtSetup;

beforeEach(async () => {
  setup = await JwtSetup.start();
});
afterEach(() => setup.close());

describe('KeyCache', () => {
  it('fetches the keys once for a thousand concurrent users', async () => {
    const authenticator = setup.createAuthenticator();
    const tokens = await setup.tokens(1_000);
    const verified = await Promise.all(tokens.map((token) => authenticator.verifyToken(token)));
    expect(new Set(verified.map(({ userId }) => userId)).size).toBe(1_000);
    expect(setup.issuer.keyRequestCount).toBe(1);
  });

  it('fetches the keys once more for a thousand tokens with a new key', async () => {
    const authenticator = setup.createAuthenticator();
    await authenticator.verifyToken(await setup.token());
    setup.now += minuteMs;
    setup.issuer.keys = [await createKey('next'), ...setup.issuer.keys];
    const tokens = await setup.tokens(1_000);
    await Promise.all(tokens.map((token) => authenticator.verifyToken(token)));
    expect(setup.issuer.keyRequestCount).toBe(2);
  });

  it('[SEC-006] does not fetch the keys for every token with an unknown key', async () => {
    const authenticator = setup.createAuthenticator();
    const unknownKey = await createKey('stranger');
    for (let round = 0; round < 3; round += 1) {
      const tokens = await Promise.all(
        Array.from({ length: 100 }, () => setup.token({}, { key: unknownKey })),
      );
      for (const token of tokens) {
        await expect(authenticator.verifyToken(token)).rejects.toMatchObject(unauthenticated);
      }
      setup.now += 9_000;
    }
    // At 0 s, and at 18 s for the first token of the third round.
    expect(setup.issuer.keyRequestCount).toBe(2);
  });

  it('[SEC-061] trusts a revoked key for ten minutes at most', async () => {
    const authenticator = setup.createAuthenticator();
    const token = await setup.token();
    await authenticator.verifyToken(token);
    setup.issuer.keys = [await createKey('next')];
    setup.now += 10 * minuteMs;
    await expect(authenticator.verifyToken(token)).rejects.toMatchObject(unauthenticated);
    expect(setup.issuer.keyRequestCount).toBe(2);
  });

  it('fetches the keys again after the clock was set back', async () => {
    const authenticator = setup.createAuthenticator();
    await authenticator.verifyToken(await setup.token());
    setup.now -= 60 * minuteMs;
    await authenticator.verifyToken(await setup.token());
    expect(setup.issuer.keyRequestCount).toBe(2);
  });

  it.each([
    ['responds with an error', respondWith(500)],
    ['closes the connection', resetConnection],
    ['responds without keys', respondWith(200, '{}')],
    ['does not respond with JSON', respondWith(200, '<html>')],
  ])(
    'keeps its keys, and is unavailable without them, while the issuer %s',
    async (_case, responder) => {
      const authenticator = setup.createAuthenticator();
      const token = await setup.token({ exp: startedAtSeconds + 7200 });
      await authenticator.verifyToken(token);
      setup.issuer.keysResponder = responder;
      setup.now += 30 * minuteMs;
      expect(await authenticator.verifyToken(token)).toMatchObject({ userId: 'aki' });
      expect(setup.failures).toHaveLength(1);

      const withoutKeys = setup.createAuthenticator().verifyToken(token);
      await expect(withoutKeys).rejects.toMatchObject(unavailable);
      const unknown = await setup.token({}, { key: await createKey('new') });
      await expect(authenticator.verifyToken(unknown)).rejects.toMatchObject(unavailable);
    },
  );

  it('times out a fetch, and does not fetch again for a while', async () => {
    setup.issuer.keysResponder = neverRespond;
    const authenticator = setup.createAuthenticator({ timeoutMs: 50 });
    const token = await setup.token();
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, () => authenticator.verifyToken(token)),
    );
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(authenticator.verifyToken(token)).rejects.toMatchObject(unavailable);
    expect(setup.issuer.keyRequestCount).toBe(1);
    expect(setup.failures).toMatchObject([{ name: 'TimeoutError' }]);

    setup.issuer.keysResponder = undefined;
    setup.now += 10_000;
    expect(await authenticator.verifyToken(token)).toMatchObject({ userId: 'aki' });
  });

  it('ends a fetch at the deadline of the invocation', async () => {
    setup.issuer.keysResponder = neverRespond;
    const authenticator = setup.createAuthenticator({ timeoutMs: 3_600_000 });
    const verified = withTimeout(50, async () => authenticator.verifyToken(await setup.token()));
    await expect(verified).rejects.toMatchObject(unavailable);
  });
});
