import { errorReply, type FakeServer } from '../../helpers/fakes/fake-server.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  type Observed,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

const storedTexts = (server: FakeServer) =>
  server.log().map((event) => (event.type === 'message' ? event.message : event.type));

const sentIds = (server: FakeServer) => server.requests('sendmessage').map(({ id }) => id);

const errorCodes = (sends: readonly Observed<unknown>[]) => sends.map(({ error }) => error?.code);

describe('a send', () => {
  it('resolves with the ack when it is stored', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    expect((await eventually(room.send('hello'))).value).toEqual({
      ...{ room: 'tea', seq: 1, sentAt: expect.stringMatching(/^2026-11-22T09:30:00\.\d+Z$/) },
    });
  });

  it('says what it was given, well formed', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    await eventually(room.send('half \ud83d', { id: 'a1', replyTo: 7 }));
    expect(server.requests('sendmessage')).toEqual([
      { action: 'sendmessage', id: 'a1', room: 'tea', message: 'half \ufffd', replyTo: 7 },
    ]);
  });

  it.each([
    ['before it is stored', false, 1006],
    ['before it is stored, by a gateway that goes away,', false, 1001],
    ['after it is stored and before its ack', true, 1006],
    ['after it is stored, by a server that restarts,', true, 1012],
  ])('is repeated with its id where the connection drops %s', async (_, isStored, code) => {
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

  it('is done where the connection drops after its ack', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', (frame, peer) => {
      peer.send(server.respond(frame, peer));
      peer.close();
    });
    expect((await eventually(room.send('hello'), 5_000)).value).toMatchObject({ seq: 1 });
    expect(sentIds(server)).toHaveLength(1);
  });

  it('is repeated with its id where nobody answers, on a new connection', async () => {
    const { server, client, sockets } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    expect((await eventually(room.send('hello'), 15_000)).value).toMatchObject({ seq: 1 });
    expect(new Set(sentIds(server)).size).toBe(1);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('is repeated on the same connection where its ack alone is lost', async () => {
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

  it('is repeated with a new token where the server knows the connection no longer', async () => {
    let asked = 0;
    const { server, client } = createTestClient({ getToken: () => `t${++asked}` });
    const room = await join(client);
    server.once('sendmessage', (frame) => errorReply(frame, 'unauthenticated'));
    expect((await eventually(room.send('hello'), 5_000)).value).toMatchObject({ seq: 1 });
    expect(server.peer.protocols).toContain('kaiwa.token.t2');
    expect(new Set(sentIds(server)).size).toBe(1);
  });

  it('waits for as long as the server asks', async () => {
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

  it('is tried again after a growing pause where the server is in trouble', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(room.send('hello'));
    const at: number[] = [];
    for (const ms of [240, 20, 490, 20, 1_000, 2_000, 2_500, 2_500]) {
      await advance(ms);
      at.push(sentIds(server).length);
    }
    expect(at).toEqual([1, 2, 2, 3, 4, 5, 6, 7]);
  });

  it.each(['invalid', 'forbidden', 'not_member', 'not_found'])(
    'throws %s at once, and the next one goes on',
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

  it('that fits into no frame is refused, and the next one goes on', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const sends = [observe(room.send('x'.repeat(40_000))), observe(room.send('second'))];
    await advance(20);
    expect(errorCodes(sends)).toEqual(['too_large', undefined]);
    expect(storedTexts(server)).toEqual(['second']);
  });

  it('is given up after sendTimeoutMs, with the last trouble as its cause, and later ones still go', async () => {
    const { server, client } = createTestClient({ sendTimeoutMs: 8_000 });
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    const first = observe(room.send('first'));
    await advance(7_900);
    expect(first.isSettled).toBe(false);
    const second = observe(room.send('second'));
    await advance(200);
    expect(first.error).toMatchObject({ code: 'timeout', retryable: true });
    expect(Object(first.error?.cause).code).toBe('unavailable');
    server.always('sendmessage', server.respond);
    await advance(6_000);
    expect(second.value).toMatchObject({ seq: 1 });
    expect(storedTexts(server)).toEqual(['second']);
  });

  it('may be asked for while there is no connection', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.peer.close();
    await advance(2);
    expect(client.status.state).toBe('reconnecting');
    expect((await eventually(room.send('hello'), 2_000)).value).toMatchObject({ seq: 1 });
  });

  it('sent again with its id by hand changes nothing', async () => {
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

describe('sends', () => {
  it('stay in order, one after the other, over drops and refusals', async () => {
    const { server, client } = createTestClient({ sendTimeoutMs: 600_000 });
    const room = await join(client);
    const letters = [...'abcdefghij'];
    let turn = 0;
    server.always('sendmessage', (frame, peer) => {
      turn += 1;
      if (turn % 5 === 1) return server.respond(frame, peer);
      if (turn % 5 === 2) return errorReply(frame, 'internal', { retryable: true });
      if (turn % 5 === 3) server.respond(frame, peer);
      if (turn % 5 === 4) return server.respond(frame, peer);
      return peer.close();
    });
    const sends = letters.map((letter) => observe(room.send(letter)));
    await advance(600_000);
    expect(errorCodes(sends)).toEqual(letters.map(() => undefined));
    expect(storedTexts(server)).toEqual(letters);
    expect(sends.map(({ value }) => value?.seq)).toEqual(letters.map((_, index) => index + 1));
  });

  it('are under way one at a time', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    for (const letter of 'abc') observe(room.send(letter));
    await advance(5_000);
    expect(sentIds(server)).toHaveLength(1);
    await advance(10_000);
    expect(storedTexts(server)).toEqual(['a', 'b', 'c']);
  });

  it('beyond a hundred that wait are refused at once, and none of those is lost', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', (_, peer) => peer.close());
    const sends = Array.from({ length: 103 }, (_, index) => observe(room.send(`${index}`)));
    await advance(0);
    expect(errorCodes(sends).filter(Boolean)).toEqual(['queue_full', 'queue_full', 'queue_full']);
    expect(sends[100]?.error?.retryable).toBe(true);
    await advance(5_000);
    expect(storedTexts(server)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
    expect((await eventually(room.send('again'))).value).toMatchObject({ seq: 101 });
  });

  it('of two rooms do not wait for each other', async () => {
    const { server, client } = createTestClient();
    const [tea, coffee] = [await join(client), await join(client, {}, 'coffee')];
    server.once('sendmessage', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 9_000 }),
    );
    observe(tea.send('later'));
    await advance(10);
    expect((await eventually(coffee.send('now'))).value).toMatchObject({ seq: 1 });
  });
});

describe('a send that aborts', () => {
  const wait = { retryable: true, retryAfterMs: 3_000 };

  it('throws the reason and is not repeated', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const abort = new AbortController();
    server.always('sendmessage', (frame) => errorReply(frame, 'rate_limited', wait));
    const sent = observe(room.send('hello', { signal: abort.signal }));
    await advance(100);
    abort.abort('enough');
    await advance(0);
    expect(sent.error).toBe('enough');
    await advance(60_000);
    expect(sentIds(server)).toHaveLength(1);
  });

  it('is never sent where it has aborted before', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    expect((await eventually(room.send('hello', { signal: AbortSignal.abort('no') }))).error).toBe(
      'no',
    );
    expect(sentIds(server)).toEqual([]);
  });

  it('while it waits does not let the next one overtake those before it', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', (frame) => errorReply(frame, 'rate_limited', wait));
    const abort = new AbortController();
    const sends = [
      observe(room.send('a')),
      observe(room.send('b', { signal: abort.signal })),
      observe(room.send('c')),
    ];
    await advance(100);
    abort.abort('enough');
    await advance(10_000);
    expect(storedTexts(server)).toEqual(['a', 'c']);
    expect(sends.map(({ error }) => error)).toEqual([undefined, 'enough', undefined]);
  });

  it('on its way lets the next one go', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    const abort = new AbortController();
    observe(room.send('a', { signal: abort.signal }));
    const next = observe(room.send('b'));
    await advance(100);
    abort.abort();
    await advance(10);
    expect(next.value).toMatchObject({ seq: 1 });
  });
});
