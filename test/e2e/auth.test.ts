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
    ...['auth=jwt', `issuer=${issuer.name}`, 'audience=kaiwa', 'origins=https://chat.example'],
    ...['rate=1', `burst=${burst}`],
  ]);
});
afterAll(async () => {
  await stack.remove();
  await issuer.close();
});

/** How a handshake with these headers is answered. */
async function handshake(headers: Record<string, string>, protocols: string[] = []) {
  const socket = new WebSocket(stack.url, protocols, { headers });
  const [, answer] = await once(socket, 'unexpected-response');
  return answer.statusCode;
}

const tokenProtocols = (token: string) => ['kaiwa.v1', `kaiwa.token.${token}`];

/** A token that the handshake still takes, for the sake of clocks that differ, and that no request does. */
const createExpiredToken = (sub: string) =>
  issuer.token({ sub, exp: Math.floor(Date.now() / 1000) - 1 });

describe('the local stack with tokens', () => {
  it('refuses who shows none, or comes from another page', async () => {
    expect(await handshake({})).toBe(401);
    expect(await handshake({}, tokenProtocols('garbage'))).toBe(401);
    const Authorization = `Bearer ${await issuer.token({ sub: 'aki' })}`;
    expect(await handshake({ Authorization, Origin: 'https://evil.example' })).toBe(403);
  });

  it('lets two people talk, each by the sub of their token', async () => {
    const tokens = [issuer.token({ sub: 'aki', name: 'Aki' }), issuer.token({ sub: 'ben' })];
    const [aki = '', ben = ''] = await Promise.all(tokens);
    const one = await WebSocketClient.open(stack.url, tokenProtocols(aki));
    const other = await WebSocketClient.open(`${stack.url}?token=${ben}`);
    expect(one.socket.protocol).toBe('kaiwa.v1');
    const reply = await one.request({ action: 'sendmessage', message: 'hello' });
    expect(reply).toMatchObject({ type: 'ack' });
    expect(await other.next()).toMatchObject({ from: { userId: 'aki', name: 'Aki' } });
    await Promise.all([one.close(), other.close()]);
  });

  it('renews a token in place, of the same person alone', async () => {
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

  it('has our client come again with a new token when the last one has expired', async () => {
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

  it('hangs up on who asks on and on in spite of being refused', async () => {
    const client = await WebSocketClient.open(
      stack.url,
      tokenProtocols(await issuer.token({ sub: 'dee' })),
    );
    const closed = once(client.socket, 'close');
    for (let time = 0; time < 3 * burst; time += 1) client.send({ action: 'ping' });
    await closed;
    const codes = client.bufferedFrames.map(({ code }) => code ?? 'ack');
    expect(codes.filter((code) => code === 'ack').length).toBeLessThanOrEqual(burst + 2);
    expect(codes).toContain('rate_limited');
  });
});
