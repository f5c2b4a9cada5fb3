import type { RoomEvent } from '../../../src/client/index.ts';

import { ack, refusal } from '../../helpers/fakes/fake-server.ts';
import { enter, listen, numbers, pass, rig, soon, useOwnTime, watch } from './setup.ts';

useOwnTime();

describe('joining', () => {
  it('a room twice gives the same one', async () => {
    const { server, client } = rig();
    const [one, other] = [watch(client.join('tea')), watch(client.join('tea'))];
    await pass(50);
    expect(one.value).toBe(other.value);
    expect(await client.join('tea')).toBe(one.value);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it.each(['forbidden', 'invalid', 'not_found'])(
    'is refused with %s once, and may be tried again',
    async (code) => {
      const { server, client } = rig();
      server.once('joinroom', (frame) => refusal(frame, code));
      expect((await soon(client.join('tea'))).error).toMatchObject({ code });
      await pass(60_000);
      expect(server.requests('joinroom')).toHaveLength(1);
      expect((await soon(client.join('tea'))).value?.name).toBe('tea');
    },
  );

  it('that aborts throws the reason, and the room is left', async () => {
    const { server, client } = rig();
    server.once('joinroom', () => undefined);
    const abort = new AbortController();
    const joining = watch(client.join('tea', { signal: abort.signal }));
    await pass(100);
    abort.abort('enough');
    await pass(60_000);
    expect(joining.error).toBe('enough');
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it('that aborts leaves a room alone which was joined before', async () => {
    const { server, client } = rig();
    const events = listen(await enter(client));
    expect((await soon(client.join('tea', { signal: AbortSignal.abort('no') }))).error).toBe('no');
    server.say();
    await pass(100);
    expect(numbers(events)).toEqual([1]);
  });

  it('a room again that the server refuses after a drop ends it, and says why', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    const end = jest.fn();
    room.on('end', end);
    const next = watch(room[Symbol.asyncIterator]().next());
    server.once('joinroom', (frame) => refusal(frame, 'forbidden'));
    server.peer.close();
    await pass(2_000);
    expect(end.mock.calls).toEqual([[expect.objectContaining({ code: 'forbidden' })]]);
    expect(next.error?.code).toBe('forbidden');
    expect((await soon(room.send('x'))).error?.code).toBe('forbidden');
    expect(client.status.state).toBe('connected');
  });
});

describe('leaving', () => {
  it('tells the server, ends those who listen, and gives out no more', async () => {
    const { server, client, frames } = rig();
    const room = await enter(client);
    const [events, end] = [listen(room), jest.fn()];
    room.on('end', end);
    const next = watch(room[Symbol.asyncIterator]().next());
    expect((await soon(room.leave())).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(1);
    expect(next.value).toEqual({ value: undefined, done: true });
    expect(end.mock.calls).toEqual([[undefined]]);
    const said = server.write();
    server.peer.send(said);
    await pass(10);
    expect(events).toEqual([]);
    expect(frames).toEqual([said]);
  });

  it('lets fail what waits to be sent, and what is sent later', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('sendmessage', () => undefined);
    const { signal } = new AbortController();
    const sends = [watch(room.send('a', { signal })), watch(room.send('b'))];
    await pass(10);
    await soon(room.leave());
    expect(sends.map(({ error }) => error?.code)).toEqual(['closed', 'closed']);
    expect((await soon(room.send('c'))).error?.code).toBe('closed');
  });

  it('is done once, and is done where the server says that one was not there', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('leaveroom', (frame) => refusal(frame, 'not_member'));
    const leaving = [watch(room.leave()), watch(room.leave())];
    await pass(10);
    expect(leaving.map(({ isSettled, error }) => isSettled && !error)).toEqual([true, true]);
    expect(server.requests('leaveroom')).toHaveLength(1);
  });

  it('is tried again where the server is in trouble', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('leaveroom', (frame) => refusal(frame, 'unavailable', { retryable: true }));
    expect((await soon(room.leave(), 1_000)).error).toBeUndefined();
    expect(server.requests('leaveroom')).toHaveLength(2);
  });

  it('is done where the connection is lost', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('leaveroom', (_, peer) => peer.close());
    expect(await soon(room.leave(), 2_000)).toMatchObject({ isSettled: true });
    expect(server.requests('joinroom', server.peer)).toEqual([]);
    const other = await enter(client, {}, 'coffee');
    server.peer.close();
    await pass(2);
    expect((await soon(other.leave(), 2_000)).error).toBeUndefined();
  });

  it('is over before the same room is joined again, as the server may do both in either order', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('leaveroom', (frame) =>
      refusal(frame, 'rate_limited', { retryable: true, retryAfterMs: 2_000 }),
    );
    watch(room.leave());
    const again = watch(client.join('tea'));
    await pass(1_000);
    expect(again.isSettled).toBe(false);
    await pass(1_100);
    expect(again.value).not.toBe(room);
    const events = listen(again.value as typeof room);
    server.say();
    await pass(10);
    expect(numbers(events)).toEqual([1]);
  });

  it('from within a listener ends what is being given out', async () => {
    const { server, client } = rig();
    for (let one = 0; one < 5; one += 1) server.write();
    const room = await enter(client);
    const events: RoomEvent[] = [];
    room.on('event', (event) => {
      events.push(event);
      watch(room.leave());
    });
    for (let one = 0; one < 3; one += 1) server.write();
    for (const event of server.log().slice(5).toReversed()) server.push(event);
    await pass(10);
    expect(numbers(events)).toEqual([6]);
  });

  it('in the middle of a reading lets nothing come of it', async () => {
    const { server, client } = rig();
    for (let one = 0; one < 250; one += 1) server.write();
    server.once('joinroom', server.serve);
    const room = await enter(client, { after: 0 });
    const events = listen(room);
    await pass(0);
    const before = events.length;
    server.always('joinroom', (frame) =>
      ack(frame, { seq: 9, events: [], more: false, recovered: false }),
    );
    server.peer.close();
    await pass(252);
    await soon(room.leave(), 1_000);
    expect(events).toHaveLength(before);
  });
});
