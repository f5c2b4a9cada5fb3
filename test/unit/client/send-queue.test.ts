import { errorReply } from '../../helpers/fakes/replies.ts';
import { sentIds, storedTexts } from './server-log.ts';
import {
  advance,
  createTestClient,
  errorCodes,
  eventually,
  join,
  observe,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('the queue of sends', () => {
  it('keeps the order over lost connections and errors', async () => {
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

  it('sends one message at a time', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    for (const letter of 'abc') observe(room.send(letter));
    await advance(5_000);
    expect(sentIds(server)).toHaveLength(1);
    await advance(10_000);
    expect(storedTexts(server)).toEqual(['a', 'b', 'c']);
  });

  it('rejects more than a hundred waiting sends at once, and loses none of them', async () => {
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

  it('does not wait for the sends of another room', async () => {
    const { server, client } = createTestClient();
    const tea = await join(client);
    const coffee = await join(client, {}, 'coffee');
    server.once('sendmessage', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 9_000 }),
    );
    observe(tea.send('later'));
    await advance(10);
    expect((await eventually(coffee.send('now'))).value).toMatchObject({ seq: 1 });
  });
});

describe('Room.send with a signal', () => {
  const wait = { retryable: true, retryAfterMs: 3_000 };

  it('throws the reason of an abort, and retries no more', async () => {
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

  it('sends nothing if the signal has aborted already', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    expect((await eventually(room.send('hello', { signal: AbortSignal.abort('no') }))).error).toBe(
      'no',
    );
    expect(sentIds(server)).toEqual([]);
  });

  it('keeps the order of the others when a waiting send aborts', async () => {
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

  it('sends the next message when a pending send aborts', async () => {
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
