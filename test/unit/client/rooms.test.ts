import type { RoomEvent } from '../../../src/client/index.ts';

import { ack, errorReply } from '../../helpers/fakes/fake-server.ts';
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

describe('joining', () => {
  it('a room twice gives the same one', async () => {
    const { server, client } = createTestClient();
    const [one, other] = [observe(client.join('tea')), observe(client.join('tea'))];
    await advance(50);
    expect(one.value).toBe(other.value);
    expect(await client.join('tea')).toBe(one.value);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it.each(['forbidden', 'invalid', 'not_found'])(
    'is refused with %s once, and may be tried again',
    async (code) => {
      const { server, client } = createTestClient();
      server.once('joinroom', (frame) => errorReply(frame, code));
      expect((await eventually(client.join('tea'))).error).toMatchObject({ code });
      await advance(60_000);
      expect(server.requests('joinroom')).toHaveLength(1);
      expect((await eventually(client.join('tea'))).value?.name).toBe('tea');
    },
  );

  it('that aborts throws the reason, and the room is left', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', () => undefined);
    const abort = new AbortController();
    const joining = observe(client.join('tea', { signal: abort.signal }));
    await advance(100);
    abort.abort('enough');
    await advance(60_000);
    expect(joining.error).toBe('enough');
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it('that aborts leaves a room alone which was joined before', async () => {
    const { server, client } = createTestClient();
    const events = collectEvents(await join(client));
    expect((await eventually(client.join('tea', { signal: AbortSignal.abort('no') }))).error).toBe(
      'no',
    );
    server.publish();
    await advance(100);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('a room again that the server refuses after a drop ends it, and says why', async () => {
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

describe('leaving', () => {
  it('tells the server, ends those who listen, and gives out no more', async () => {
    const { server, client, frames } = createTestClient();
    const room = await join(client);
    const [events, end] = [collectEvents(room), jest.fn()];
    room.on('end', end);
    const next = observe(room[Symbol.asyncIterator]().next());
    expect((await eventually(room.leave())).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(next.value).toEqual({ value: undefined, done: true });
    expect(end.mock.calls).toEqual([[undefined]]);
    const said = server.write();
    server.peer.send(said);
    await advance(10);
    expect(events).toEqual([]);
    expect(frames).toEqual([said]);
  });

  it('lets fail what waits to be sent, and what is sent later', async () => {
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

  it('is done once, and is done where the server says that one was not there', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) => errorReply(frame, 'not_member'));
    const leaving = [observe(room.leave()), observe(room.leave())];
    await advance(10);
    expect(leaving.map(({ isSettled, error }) => isSettled && !error)).toEqual([true, true]);
    expect(server.requests('leaveroom')).toHaveLength(1);
  });

  it('is tried again where the server is in trouble', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    expect((await eventually(room.leave(), 1_000)).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(2);
  });

  it('is done where the connection is lost', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (_, peer) => peer.close());
    expect(await eventually(room.leave(), 2_000)).toMatchObject({ isSettled: true });
    expect(server.requests('joinroom', server.peer)).toEqual([]);
    const other = await join(client, {}, 'coffee');
    server.peer.close();
    await advance(2);
    expect((await eventually(other.leave(), 2_000)).error).toBeUndefined();
  });

  it('is over before the same room is joined again, as the server may do both in either order', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('leaveroom', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 2_000 }),
    );
    observe(room.leave());
    const again = observe(client.join('tea'));
    await advance(1_000);
    expect(again.isSettled).toBe(false);
    await advance(1_100);
    expect(again.value).not.toBe(room);
    const events = collectEvents(again.value as typeof room);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('from within a listener ends what is being given out', async () => {
    const { server, client } = createTestClient();
    for (let one = 0; one < 5; one += 1) server.write();
    const room = await join(client);
    const events: RoomEvent[] = [];
    room.on('event', (event) => {
      events.push(event);
      observe(room.leave());
    });
    for (let one = 0; one < 3; one += 1) server.write();
    for (const event of server.log().slice(5).toReversed()) server.push(event);
    await advance(10);
    expect(seqNumbers(events)).toEqual([6]);
  });

  it('in the middle of a reading lets nothing come of it', async () => {
    const { server, client } = createTestClient();
    for (let one = 0; one < 250; one += 1) server.write();
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
