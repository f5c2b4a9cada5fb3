import { advance, createTestClient, eventually, observe, useFakeClock } from './setup.ts';

useFakeClock();

describe('ClientOptions.getToken', () => {
  it('is called for each connection', async () => {
    let calls = 0;
    const { server, client } = createTestClient({ getToken: async () => `t${++calls}` });
    await eventually(client.connect());
    server.peer.close();
    await advance(1_000);
    const offers = server.peers.map(({ protocols }) => protocols);
    expect(offers).toEqual([1, 2].map((n) => ['kaiwa.v1', `kaiwa.token.t${n}`]));
  });

  it('may return the token synchronously', async () => {
    const { server, client } = createTestClient({ getToken: () => 'plain' });
    await eventually(client.connect());
    expect(server.peer.protocols).toEqual(['kaiwa.v1', 'kaiwa.token.plain']);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no token'))],
    [
      'throws',
      () => {
        throw new Error('no token');
      },
    ],
  ])('is called again when it %s, and the status has the error', async (_, fail) => {
    const getToken = jest.fn<Promise<string>, []>(async () => 'late');
    getToken.mockImplementationOnce(fail);
    const { client, statuses, sockets } = createTestClient({ getToken });
    expect((await eventually(client.connect(), 1_000)).error).toBeUndefined();
    expect(statuses[1]?.error).toMatchObject({
      code: 'disconnected',
      retryable: true,
      cause: { message: 'no token' },
    });
    expect(sockets).toHaveLength(1);
  });

  it('is aborted and called again when it hangs', async () => {
    const signals: AbortSignal[] = [];
    const getToken = (signal: AbortSignal) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<string>(() => {}) : 'quick';
    };
    const { client, statuses } = createTestClient({ getToken, connectTimeoutMs: 3_000 });
    expect((await eventually(client.connect(), 4_000)).isSettled).toBe(true);
    expect(signals[0]?.aborted).toBe(true);
    expect(statuses[1]?.error).toMatchObject({ code: 'timeout' });
  });

  it('opens no socket when it resolves after the close', async () => {
    const late = Promise.withResolvers<string>();
    const { client, sockets } = createTestClient({
      getToken: () => late.promise,
      connectTimeoutMs: 1_000,
    });
    observe(client.connect());
    await advance(500);
    void client.close();
    late.resolve('late');
    await advance(5_000);
    expect(sockets).toEqual([]);
  });

  it('closes the client when the token is not a valid subprotocol', async () => {
    const WebSocket = class {
      constructor() {
        throw new SyntaxError('no subprotocol');
      }
    } as never;
    const { client } = createTestClient({ WebSocket, getToken: () => 'not a token' });
    expect((await eventually(client.connect())).error).toMatchObject({ message: 'no subprotocol' });
    expect(client.status.state).toBe('closed');
  });
});
