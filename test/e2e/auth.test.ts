import { once } from 'node:events';
import { WebSocket } from 'ws';
import { createClient } from '../../src/client/index.ts';
import { WebSocketClient } from '../helpers/client.ts';
import { FakeIssuer } from '../helpers/fakes/fake-issuer.ts';
import { Stack } from '../helpers/local-stack.ts';

jest.setTimeout(60_000);

const burst = 20;

let issuer: FakeIssuer;
let stack: Stack;

beforeAll(async () => {
  issuer = await FakeIssuer.start();
  stack = await Stack.start([
    'auth=jwt',
    `issuer=${issuer.name}`,
    'audience=kaiwa',
    'origins=https://chat.example',
    'rate=1',
    `burst=${burst}`,
  ]);
});
afterAll(async () => {
  await stack.remove();
  await issuer.close();
});

/** Returns the status of a handshake with these headers. */
async function handshake(headers: Record<string, string>, protocols: string[] = []) {
  const socket = new WebSocket(stack.url, protocols, { headers });
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

const tokenProtocols = (token: string) => ['kaiwa.v1', `kaiwa.token.${token}`];

/** Creates a token that requests reject. The handshake still accepts it, since it tolerates clock skew. */
const createExpiredToken = (sub: string) =>
  issuer.token({ sub, exp: Math.floor(Date.now() / 1000) - 1 });

describe('the local stack with tokens', () => {
  it('rejects clients without a token and pages of other origins', async () => {
    expect(await handshake({})).toBe(401);
    expect(await handshake({}, tokenProtocols('garbage'))).toBe(401);
    const Authorization = `Bearer ${await issuer.token({ sub: 'aki' })}`;
    expect(await handshake({ Authorization, Origin: 'https://evil.example' })).toBe(403);
  });

  it('uses the sub of each token as the user id', async () => {
    const tokens = [issuer.token({ sub: 'aki', name: 'Aki' }), issuer.token({ sub: 'ben' })];
    const [aki = '', ben = ''] = await Promise.all(tokens);
    const akiClient = await WebSocketClient.open(stack.url, tokenProtocols(aki));
    const benClient = await WebSocketClient.open(`${stack.url}?token=${ben}`);
    expect(akiClient.socket.protocol).toBe('kaiwa.v1');
    const reply = await akiClient.request({ action: 'sendmessage', message: 'hello' });
    expect(reply).toMatchObject({ type: 'ack' });
    expect(await benClient.next()).toMatchObject({ from: { userId: 'aki', name: 'Aki' } });
    await Promise.all([akiClient.close(), benClient.close()]);
  });

  it('renews a token only for the same user', async () => {
    const client = await WebSocketClient.open(
      stack.url,
      tokenProtocols(await createExpiredToken('aki')),
    );
    const unauthenticated = { code: 'unauthenticated' };
    expect(await client.request({ action: 'identity' })).toMatchObject(unauthenticated);
    const renew = async (sub: string) =>
      client.request({ action: 'authenticate', token: await issuer.token({ sub }) });
    expect(await renew('ben')).toMatchObject({ code: 'forbidden' });
    expect(await renew('aki')).toMatchObject({ type: 'ack', userId: 'aki' });
    expect(await client.request({ action: 'identity' })).toMatchObject({ userId: 'aki' });
    await client.close();
  });

  it('makes the client reconnect with a new token after the old token has expired', async () => {
    const tokens = [
      await createExpiredToken('cleo'),
      await issuer.token({ sub: 'cleo', name: 'Cleo' }),
    ];
    const client = createClient({ url: stack.url, getToken: () => tokens.shift() ?? 'none' });
    const room = await client.join('tea');
    await room.send('with milk?');
    expect(tokens).toEqual([]);
    await client.close();
  });

  it('disconnects a client that keeps sending above the rate limit', async () => {
    const client = await WebSocketClient.open(
      stack.url,
      tokenProtocols(await issuer.token({ sub: 'dee' })),
    );
    const closed = once(client.socket, 'close');
    for (let count = 0; count < 3 * burst; count += 1) client.send({ action: 'ping' });
    await closed;
    const codes = client.bufferedFrames.map(({ code }) => code ?? 'ack');
    expect(codes.filter((code) => code === 'ack').length).toBeLessThanOrEqual(burst + 2);
    expect(codes).toContain('rate_limited');
  });
});
