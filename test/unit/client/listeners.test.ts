import type { RoomEvent } from '../../../src/client/index.ts';
import { errorReply } from '../../helpers/fakes/replies.ts';

import {
  advance,
  afterNextFrame,
  collectEvents,
  createTestClient,
  eventually,
  flush,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('Room listeners and loops', () => {
  it('gives the first listener the earlier events, in order', async () => {
    const { server, client } = createTestClient();
    server.write();
    const room = await join(client, { after: 0 });
    server.publish();
    await advance(10);
    const first = collectEvents(room);
    expect(first).toEqual([]);
    await flush();
    const second = collectEvents(room);
    server.publish();
    await advance(10);
    expect(seqNumbers(first)).toEqual([1, 2, 3]);
    expect(seqNumbers(second)).toEqual([3]);
  });

  it('delivers each event once to a listener added at any moment', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { server, client, sockets } = createTestClient();
      for (let index = 0; index < 3; index += 1) server.write();
      const room = await join(client, { after: 0 });
      const events: RoomEvent[] = [];
      observe(room.send('x'));
      const [socket] = sockets;
      if (!socket) throw new Error('The client has no socket.');
      afterNextFrame(socket, turns, () => room.on('event', (event) => events.push(event)));
      await advance(10);
      expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    }
  });

  it('gives each of two loops everything from its start', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.publish();
    await advance(10);
    const first = room[Symbol.asyncIterator]();
    const second = room[Symbol.asyncIterator]();
    server.publish();
    await advance(10);
    const results = [await first.next(), await first.next(), await second.next()];
    expect(results.map(({ value }) => value.seq)).toEqual([1, 2, 2]);
  });

  it('starts a second loop with new events after a break', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    for (let index = 0; index < 3; index += 1) server.publish();
    await advance(10);
    for await (const event of room) {
      expect(seqNumbers([event])).toEqual([1]);
      break;
    }
    server.publish();
    await advance(10);
    const next = observe(room[Symbol.asyncIterator]().next());
    server.publish();
    await advance(10);
    expect(next.value?.value.seq).toBe(5);
  });

  it('delivers the remaining events after the end', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.publish();
    await advance(10);
    await eventually(client.close());
    const remaining: RoomEvent[] = [];
    for await (const event of room) remaining.push(event);
    expect(seqNumbers(remaining)).toEqual([1]);
  });

  it('survives a listener that throws', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const thrown: unknown[] = [];
    jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((work) => {
      Promise.resolve()
        .then(work)
        .catch((error) => thrown.push(error));
    });
    room.on('event', () => {
      throw new Error('mine');
    });
    const events = collectEvents(room);
    const off = client.on('state', () => {
      throw new Error('mine too');
    });
    server.publish();
    await advance(10);
    server.peer.close();
    await advance(1_000);
    server.publish();
    await advance(10);
    off();
    expect(seqNumbers(events)).toEqual([1, 2]);
    expect(new Set(thrown.map(String))).toEqual(new Set(['Error: mine', 'Error: mine too']));
  });

  it('ends a loop that starts after the room was left', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    const loops: Promise<unknown>[] = [];
    room.on('end', () => loops.push(room[Symbol.asyncIterator]().next()));
    await eventually(room.leave());
    for (let count = 0; count < 2; count += 1) loops.push(room[Symbol.asyncIterator]().next());
    for (const loop of loops)
      expect((await eventually(loop)).value).toEqual({ value: undefined, done: true });
    expect(loops).toHaveLength(3);
  });

  it('fails a loop that starts after the server ended the membership', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.always('joinroom', (frame) => errorReply(frame, 'forbidden'));
    server.peer.close();
    await advance(5_000);
    for (let count = 0; count < 2; count += 1) {
      const { error } = await eventually(room[Symbol.asyncIterator]().next());
      expect(error?.code).toBe('forbidden');
    }
  });

  it('calls a removed listener no more', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events: RoomEvent[] = [];
    const off = room.on('event', (event) => events.push(event));
    server.publish();
    await advance(10);
    off();
    off();
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1]);
  });

  it('emits joined, left, typing and read', async () => {
    const { server, client, frames } = createTestClient();
    const room = await join(client);
    const received: unknown[] = [];
    for (const name of ['joined', 'left', 'typing', 'read'] as const)
      room.on(name, ({ type }) => received.push(type));
    const from = { userId: 'ben', name: 'Ben' };
    for (const rest of [
      { type: 'joined' },
      { type: 'typing', typing: true },
      { type: 'read', seq: 7 },
      { type: 'left' },
    ])
      server.push({ ...rest, room: 'tea', from } as never);
    await advance(10);
    expect(received).toEqual(['joined', 'typing', 'read', 'left']);
    expect(frames).toEqual([]);
  });

  it('ignores a frame that is named like a local event', async () => {
    const { server, client, frames } = createTestClient();
    const room = await join(client);
    const received = jest.fn();
    for (const name of ['event', 'end'] as const) room.on(name, received);
    const from = { userId: 'ben', name: 'Ben' };
    for (const type of ['event', 'end', 'incomplete'])
      server.push({ type, room: 'tea', from, seq: 1, sentAt: new Date().toISOString() } as never);
    await advance(10);
    expect(received).not.toHaveBeenCalled();
    expect(frames).toHaveLength(3);
  });
});
