import type { RoomEvent } from '../../../src/client/index.ts';

import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import { writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('Client.join', () => {
  it('returns the same room for a second join', async () => {
    const { server, client } = createTestClient();
    const first = observe(client.join('tea'));
    const second = observe(client.join('tea'));
    await advance(50);
    expect(first.value).toBe(second.value);
    expect(await client.join('tea')).toBe(first.value);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it.each(['forbidden', 'invalid', 'not_found'])(
    'throws %s without a retry, and may be called again',
    async (code) => {
      const { server, client } = createTestClient();
      server.once('joinroom', (frame) => errorReply(frame, code));
      expect((await eventually(client.join('tea'))).error).toMatchObject({ code });
      await advance(60_000);
      expect(server.requests('joinroom')).toHaveLength(1);
      expect((await eventually(client.join('tea'))).value?.name).toBe('tea');
    },
  );

  it('throws the reason of an abort, and leaves the room', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', (frame, peer) => {
      setTimeout(() => peer.send(server.respond(frame, peer)), 5_000);
    });
    const abort = new AbortController();
    const joining = observe(client.join('tea', { signal: abort.signal }));
    await advance(100);
    abort.abort('enough');
    await advance(60_000);
    expect(joining.error).toBe('enough');
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it('keeps a room that was joined before an aborted join', async () => {
    const { server, client } = createTestClient();
    const events = collectEvents(await join(client));
    expect((await eventually(client.join('tea', { signal: AbortSignal.abort('no') }))).error).toBe(
      'no',
    );
    server.publish();
    await advance(100);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('ends a room with the error that rejects the rejoin', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const end = jest.fn();
    room.on('end', end);
    const next = observe(room[Symbol.asyncIterator]().next());
    server.once('joinroom', (frame) => errorReply(frame, 'forbidden'));
    server.peer.close();
    await advance(2_000);
    expect(end.mock.calls).toEqual([[expect.objectContaining({ code: 'forbidden' })]]);
    expect(next.error?.code).toBe('forbidden');
    expect((await eventually(room.send('x'))).error?.code).toBe('forbidden');
    expect(client.status.state).toBe('connected');
  });
});

describe('Room.leave', () => {
  it('leaves on the server, ends loops and listeners, and delivers no more', async () => {
    const { server, client, frames } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    const end = jest.fn();
    room.on('end', end);
    const next = observe(room[Symbol.asyncIterator]().next());
    expect((await eventually(room.leave())).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(next.value).toEqual({ value: undefined, done: true });
    expect(end.mock.calls).toEqual([[undefined]]);
    const event = server.write();
    server.peer.send(event);
    await advance(10);
    expect(events).toEqual([]);
    expect(frames).toEqual([event]);
  });

  it('fails waiting and later sends with closed', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('sendmessage', () => undefined);
    const { signal } = new AbortController();
    const sends = [observe(room.send('a', { signal })), observe(room.send('b'))];
    await advance(10);
    await eventually(room.leave());
    expect(sends.map(({ error }) => error?.code)).toEqual(['closed', 'closed']);
    expect((await eventually(room.send('c'))).error?.code).toBe('closed');
  });

  it('leaves once, and accepts not_member', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) => errorReply(frame, 'not_member'));
    const leaving = [observe(room.leave()), observe(room.leave())];
    await advance(10);
    expect(leaving.map(({ isSettled, error }) => isSettled && !error)).toEqual([true, true]);
    expect(server.requests('leaveroom')).toHaveLength(1);
  });

  it('retries while the server fails', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    expect((await eventually(room.leave(), 1_000)).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(2);
  });

  it('resolves when the connection is lost', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (_, peer) => peer.close());
    expect(await eventually(room.leave(), 2_000)).toMatchObject({ isSettled: true });
    expect(server.requests('joinroom', server.peer)).toEqual([]);
    const coffee = await join(client, {}, 'coffee');
    server.peer.close();
    await advance(2);
    expect((await eventually(coffee.leave(), 2_000)).error).toBeUndefined();
  });

  it('finishes before the same room is joined again', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 2_000 }),
    );
    observe(room.leave());
    const rejoining = observe(client.join('tea'));
    await advance(1_000);
    expect(rejoining.isSettled).toBe(false);
    await advance(1_100);
    expect(rejoining.value).not.toBe(room);
    const events = collectEvents(rejoining.value as typeof room);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('stops delivery from within a listener', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 5);
    const room = await join(client);
    const events: RoomEvent[] = [];
    room.on('event', (event) => {
      events.push(event);
      observe(room.leave());
    });
    writeEvents(server, 3);
    for (const event of server.log().slice(5).toReversed()) server.push(event);
    await advance(10);
    expect(seqNumbers(events)).toEqual([6]);
  });

  it('delivers nothing of a page that is being read', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 250);
    server.once('joinroom', server.respond);
    const room = await join(client, { after: 0 });
    const events = collectEvents(room);
    await advance(0);
    const before = events.length;
    server.always('joinroom', (frame) =>
      ack(frame, { seq: 9, events: [], more: false, recovered: false }),
    );
    server.peer.close();
    await advance(252);
    await eventually(room.leave(), 1_000);
    expect(events).toHaveLength(before);
  });
});
