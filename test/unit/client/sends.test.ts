import { errorReply } from '../../helpers/fakes/replies.ts';
import { sentIds, storedTexts } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  errorCodes,
  eventually,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('Room.send', () => {
  it('resolves with the ack when the message is stored', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    expect((await eventually(room.send('hello'))).value).toEqual({
      room: 'tea',
      seq: 1,
      sentAt: expect.stringMatching(/^2026-11-22T09:30:00\.\d+Z$/),
    });
  });

  it('sends the given fields as well-formed text', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    await eventually(room.send('half \ud83d', { id: 'a1', replyTo: 7 }));
    expect(server.requests('sendmessage')).toEqual([
      { action: 'sendmessage', id: 'a1', room: 'tea', message: 'half \ufffd', replyTo: 7 },
    ]);
  });

  it.each([
    ['before it is stored', false, 1006],
    ['before it is stored, by a gateway that goes away', false, 1001],
    ['after it is stored and before its ack', true, 1006],
    ['after it is stored, by a server that restarts', true, 1012],
  ])('retries with the same id when the connection is lost %s', async (_, isStored, code) => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    server.once('sendmessage', (frame, peer) => {
      if (isStored) server.respond(frame, peer);
      peer.close(code);
    });
    expect((await eventually(room.send('hello'), 5_000)).value).toMatchObject({ seq: 1 });
    expect(storedTexts(server)).toEqual(['hello']);
    expect(new Set(sentIds(server)).size).toBe(1);
    expect(sentIds(server)).toHaveLength(2);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('does not retry when the connection is lost after the ack', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', (frame, peer) => {
      peer.send(server.respond(frame, peer));
      peer.close();
    });
    expect((await eventually(room.send('hello'), 5_000)).value).toMatchObject({ seq: 1 });
    expect(sentIds(server)).toHaveLength(1);
  });

  it('retries with the same id on a new connection when there is no answer', async () => {
    const { server, client, sockets } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    expect((await eventually(room.send('hello'), 15_000)).value).toMatchObject({ seq: 1 });
    expect(new Set(sentIds(server)).size).toBe(1);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('retries on the same connection when only the ack is lost', async () => {
    const { server, client, sockets } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', (frame, peer) => void server.respond(frame, peer));
    const sent = observe(room.send('hello'));
    for (let second = 0; second < 15; second += 1) {
      server.peer.send('still here');
      await advance(1_000);
    }
    expect(sent.value).toMatchObject({ seq: 1 });
    expect(storedTexts(server)).toEqual(['hello']);
    expect(sockets).toHaveLength(1);
  });

  it('retries with a new token after unauthenticated', async () => {
    let calls = 0;
    const { server, client } = createTestClient({ getToken: () => `t${++calls}` });
    const room = await join(client);
    server.once('sendmessage', (frame) => errorReply(frame, 'unauthenticated'));
    expect((await eventually(room.send('hello'), 5_000)).value).toMatchObject({ seq: 1 });
    expect(server.peer.protocols).toContain('kaiwa.token.t2');
    expect(new Set(sentIds(server)).size).toBe(1);
  });

  it('waits for retryAfterMs', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const wait = { retryable: true, retryAfterMs: 7_000 };
    server.once('sendmessage', (frame) => errorReply(frame, 'rate_limited', wait));
    const sent = observe(room.send('hello'));
    await advance(6_900);
    expect(sentIds(server)).toHaveLength(1);
    await advance(200);
    expect(sent.value).toMatchObject({ seq: 1 });
  });

  it('retries after growing pauses while the server fails', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(room.send('hello'));
    const attempts: number[] = [];
    for (const ms of [240, 20, 490, 20, 1_000, 2_000, 2_500, 2_500]) {
      await advance(ms);
      attempts.push(sentIds(server).length);
    }
    expect(attempts).toEqual([1, 2, 2, 3, 4, 5, 6, 7]);
  });

  it.each(['invalid', 'forbidden', 'not_member', 'not_found'])(
    'throws %s at once, and sends the next message',
    async (code) => {
      const { server, client } = createTestClient();
      const room = await join(client);
      server.once('sendmessage', (frame) => errorReply(frame, code));
      const sends = [observe(room.send('first')), observe(room.send('second'))];
      await advance(20);
      expect(errorCodes(sends)).toEqual([code, undefined]);
      expect(storedTexts(server)).toEqual(['second']);
    },
  );

  it('throws too_large, and sends the next message', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const sends = [observe(room.send('x'.repeat(40_000))), observe(room.send('second'))];
    await advance(20);
    expect(errorCodes(sends)).toEqual(['too_large', undefined]);
    expect(storedTexts(server)).toEqual(['second']);
  });

  it('times out after sendTimeoutMs with the last error as its cause, and sends later messages', async () => {
    const { server, client } = createTestClient({ sendTimeoutMs: 8_000 });
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    const first = observe(room.send('first'));
    await advance(7_900);
    expect(first.isSettled).toBe(false);
    const second = observe(room.send('second'));
    await advance(200);
    expect(first.error).toMatchObject({ code: 'timeout', retryable: true });
    expect(first.error?.cause).toMatchObject({ code: 'unavailable' });
    server.always('sendmessage', server.respond);
    await advance(6_000);
    expect(second.value).toMatchObject({ seq: 1 });
    expect(storedTexts(server)).toEqual(['second']);
  });

  it('sends after a reconnect when there is no connection', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.peer.close();
    await advance(2);
    expect(client.status.state).toBe('reconnecting');
    expect((await eventually(room.send('hello'), 2_000)).value).toMatchObject({ seq: 1 });
  });

  it('has no further effect when it is called again with the same id', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    const first = await eventually(room.send('hello', { id: 'a1' }));
    const second = await eventually(room.send('hello', { id: 'a1' }));
    expect(second.value).toEqual(first.value);
    expect(storedTexts(server)).toEqual(['hello']);
    expect(seqNumbers(events)).toEqual([1]);
  });
});
