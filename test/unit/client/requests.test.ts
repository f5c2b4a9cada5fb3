import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import { advance, createTestClient, eventually, join, observe, useFakeClock } from './setup.ts';

useFakeClock();

const noReply = () => undefined;

describe('Client.request', () => {
  it('returns the ack without type, action and id', async () => {
    const { client } = createTestClient();
    const { value } = await eventually(client.request('identity', {}));
    expect(value).toEqual({ userId: 'me', name: 'Aki' });
  });

  it('sends the given fields, but none that is undefined', async () => {
    const { server, client } = createTestClient();
    await eventually(
      client.request('history', { room: 'tea', id: 'h1', before: undefined, limit: 7 }),
    );
    expect(server.requests('history')).toEqual([
      { action: 'history', id: 'h1', room: 'tea', limit: 7 },
    ]);
  });

  it('creates an id if none is given', async () => {
    const { server, client } = createTestClient();
    await eventually(Promise.all([client.request('ping', {}), client.request('ping', {})]));
    const ids = server.requests('ping').map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('matches answers in any order', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    server.always('markread', noReply);
    const responses = [1, 2, 3].map((seq) => observe(client.request('markread', { seq })));
    await advance(10);
    for (const frame of server.requests('markread').toReversed())
      server.peer.send(ack(frame, { room: 'lobby', seq: frame['seq'] }));
    await advance(10);
    expect(responses.map(({ value }) => value?.seq)).toEqual([1, 2, 3]);
  });

  it('throws the error of the server with code, details and retryAfterMs', async () => {
    const { server, client } = createTestClient();
    const details = [{ path: '/seq', rule: 'minimum', message: 'must be >= 1' }];
    server.once('markread', (frame) => errorReply(frame, 'invalid', { details }));
    const { error } = await eventually(client.request('markread', { seq: -1 }));
    expect(error).toMatchObject({ name: 'KaiwaError', code: 'invalid', retryable: false, details });
    server.once('ping', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 1_200 }),
    );
    expect((await eventually(client.request('ping', {}))).error).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 1_200,
    });
    expect(server.requests('ping')).toHaveLength(1);
  });

  it('throws too_large without sending', async () => {
    const { server, client } = createTestClient();
    const message = 'あ'.repeat(11_000);
    const { error } = await eventually(client.request('sendmessage', { message }));
    expect(error).toMatchObject({ code: 'too_large', retryable: false });
    expect(server.requests('sendmessage')).toEqual([]);
    expect((await eventually(client.request('ping', {}))).error).toBeUndefined();
  });

  it('times out after requestTimeoutMs, and replaces a silent connection', async () => {
    const { server, client, sockets } = createTestClient({ requestTimeoutMs: 5_000 });
    await eventually(client.connect());
    server.always('listrooms', noReply);
    const response = observe(client.request('listrooms', {}));
    await advance(4_900);
    expect(response.isSettled).toBe(false);
    await advance(1_000);
    expect(response.error).toMatchObject({ code: 'timeout', retryable: true });
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('replaces a silent connection in time despite further requests', async () => {
    const { server, client, sockets } = createTestClient({ requestTimeoutMs: 5_000 });
    await eventually(client.connect());
    server.always('listrooms', noReply);
    for (let time = 0; time < 3; time += 1) {
      observe(client.request('listrooms', {}));
      await advance(2_000);
    }
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('times out alone if the connection still answers others', async () => {
    const { server, client, sockets } = createTestClient({ requestTimeoutMs: 5_000 });
    await eventually(client.connect());
    server.always('listrooms', noReply);
    const response = observe(client.request('listrooms', {}));
    await eventually(client.request('ping', {}), 6_000);
    expect(response.error?.code).toBe('timeout');
    expect(sockets).toHaveLength(1);
  });

  it('times out after timeoutMs, and keeps the connection', async () => {
    const { server, client, sockets } = createTestClient();
    await eventually(client.connect());
    server.once('listrooms', (frame, peer) => setTimeout(() => peer.send(ack(frame, {})), 300));
    const { error } = await eventually(client.request('listrooms', {}, { timeoutMs: 100 }), 1_000);
    expect(error?.code).toBe('timeout');
    expect(sockets).toHaveLength(1);
  });

  it('counts the time to connect against timeoutMs', async () => {
    const { server, client } = createTestClient();
    server.handshakes.push('hang');
    expect(
      (await eventually(client.request('ping', {}, { timeoutMs: 100 }), 150)).error?.code,
    ).toBe('timeout');
    await advance(20_000);
    expect(client.status.state).toBe('connected');
  });

  it('throws disconnected when the connection is lost before the answer', async () => {
    const { server, client } = createTestClient();
    server.once('listrooms', (_, peer) => peer.close(1012));
    const { error } = await eventually(client.request('listrooms', {}));
    expect(error).toMatchObject({ code: 'disconnected', retryable: true });
  });

  it('waits for the next connection while there is none', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    server.peer.close();
    await advance(5);
    expect(client.status.state).toBe('reconnecting');
    expect((await eventually(client.request('ping', {}), 1_000)).value).toHaveProperty('time');
  });

  it('throws the reason of an abort, before or after it is sent', async () => {
    const { server, client } = createTestClient();
    server.handshakes.push('hang');
    for (const state of ['connecting', 'connected']) {
      const abort = new AbortController();
      server.once('listrooms', noReply);
      const response = observe(client.request('listrooms', {}, { signal: abort.signal }));
      await advance(100);
      expect(client.status.state).toBe(state);
      abort.abort('enough');
      await advance(0);
      expect(response.error).toBe('enough');
      await advance(16_000);
    }
  });

  it('sends nothing if the signal has aborted already', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    const { error } = await eventually(
      client.request('ping', {}, { signal: AbortSignal.abort('no') }),
    );
    expect(error).toBe('no');
    expect(server.requests('ping')).toEqual([]);
  });

  it('leaves no listener on the given signal', async () => {
    const { server, client } = createTestClient();
    const { signal } = new AbortController();
    const add = jest.spyOn(signal, 'addEventListener');
    const remove = jest.spyOn(signal, 'removeEventListener');
    server.once('ping', (frame) => errorReply(frame, 'internal'));
    const room = await join(client, { signal });
    await eventually(client.request('ping', {}, { signal }));
    await eventually(client.request('ping', {}, { signal }));
    await eventually(room.history({ signal }).next());
    expect(add).toHaveBeenCalled();
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
  });
});

describe('the error unauthenticated', () => {
  it('makes the client reconnect with a new token', async () => {
    let calls = 0;
    const { server, client, statuses } = createTestClient({ getToken: () => `t${++calls}` });
    await eventually(client.connect());
    server.once('ping', (frame) => errorReply(frame, 'unauthenticated'));
    const { error } = await eventually(client.request('ping', {}), 1_000);
    expect(error).toMatchObject({ code: 'disconnected', retryable: true });
    expect(error?.cause).toMatchObject({ code: 'unauthenticated' });
    expect(statuses.map(({ state }) => state)).not.toContain('closed');
    expect(server.peer.protocols).toContain('kaiwa.token.t2');
    expect(client.status.state).toBe('connected');
  });
});
