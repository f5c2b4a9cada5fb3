import type { RoomEvent } from '../../../src/client/index.ts';

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

describe('those who listen', () => {
  it('are given what came before them, in order, the first who takes it', async () => {
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

  it('are given each once, at whatever moment of an event they begin', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { server, client, sockets } = createTestClient();
      for (let index = 0; index < 3; index += 1) server.write();
      const room = await join(client, { after: 0 });
      const events: RoomEvent[] = [];
      observe(room.send('x'));
      afterNextFrame(sockets[0], turns, () => room.on('event', (event) => events.push(event)));
      await advance(10);
      expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    }
  });

  it('by two loops are both given everything from where they begin', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.publish();
    await advance(10);
    const [first, second] = [room[Symbol.asyncIterator](), room[Symbol.asyncIterator]()];
    server.publish();
    await advance(10);
    const taken = [await first.next(), await first.next(), await second.next()];
    expect(taken.map(({ value }) => value.seq)).toEqual([1, 2, 2]);
  });

  it('may break out of a loop and begin another, from now on', async () => {
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

  it('may take what is left after the end', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.publish();
    await advance(10);
    await eventually(client.close());
    const left: RoomEvent[] = [];
    for await (const event of room) left.push(event);
    expect(seqNumbers(left)).toEqual([1]);
  });

  it('and throw harm neither each other nor the client', async () => {
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

  it('are told no more when they have stopped', async () => {
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

  it('are told who comes, goes, types and reads', async () => {
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

  it('are told nothing of a frame that is named as what a room tells of itself', async () => {
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
