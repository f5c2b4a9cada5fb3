import type { RoomEvent } from '../../../src/client/index.ts';

import {
  enter,
  inTheMiddle,
  listen,
  numbers,
  pass,
  rig,
  settle,
  soon,
  useOwnTime,
  watch,
} from './setup.ts';

useOwnTime();

describe('those who listen', () => {
  it('are given what came before them, in order, the first who takes it', async () => {
    const { server, client } = rig();
    server.write();
    const room = await enter(client, { after: 0 });
    server.say();
    await pass(10);
    const first = listen(room);
    expect(first).toEqual([]);
    await settle();
    const second = listen(room);
    server.say();
    await pass(10);
    expect(numbers(first)).toEqual([1, 2, 3]);
    expect(numbers(second)).toEqual([3]);
  });

  it('are given each once, at whatever moment of an event they begin', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { server, client, sockets } = rig();
      for (let one = 0; one < 3; one += 1) server.write();
      const room = await enter(client, { after: 0 });
      const events: RoomEvent[] = [];
      watch(room.send('x'));
      inTheMiddle(sockets[0], turns, () => room.on('event', (event) => events.push(event)));
      await pass(10);
      expect(numbers(events)).toEqual([1, 2, 3, 4]);
    }
  });

  it('by two loops are both given everything from where they begin', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.say();
    await pass(10);
    const [first, second] = [room[Symbol.asyncIterator](), room[Symbol.asyncIterator]()];
    server.say();
    await pass(10);
    const took = [await first.next(), await first.next(), await second.next()];
    expect(took.map(({ value }) => value.seq)).toEqual([1, 2, 2]);
  });

  it('may break out of a loop and begin another, from now on', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    for (let one = 0; one < 3; one += 1) server.say();
    await pass(10);
    for await (const event of room) {
      expect(numbers([event])).toEqual([1]);
      break;
    }
    server.say();
    await pass(10);
    const next = watch(room[Symbol.asyncIterator]().next());
    server.say();
    await pass(10);
    expect(next.value?.value.seq).toBe(5);
  });

  it('may take what is left after the end', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.say();
    await pass(10);
    await soon(client.close());
    const left: RoomEvent[] = [];
    for await (const event of room) left.push(event);
    expect(numbers(left)).toEqual([1]);
  });

  it('and throw harm neither each other nor the client', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    const thrown: unknown[] = [];
    jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((work) => {
      Promise.resolve()
        .then(work)
        .catch((error) => thrown.push(error));
    });
    room.on('event', () => {
      throw new Error('mine');
    });
    const events = listen(room);
    const off = client.on('state', () => {
      throw new Error('mine too');
    });
    server.say();
    await pass(10);
    server.peer.close();
    await pass(1_000);
    server.say();
    await pass(10);
    off();
    expect(numbers(events)).toEqual([1, 2]);
    expect(new Set(thrown.map(String))).toEqual(new Set(['Error: mine', 'Error: mine too']));
  });

  it('are told no more when they have stopped', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    const events: RoomEvent[] = [];
    const off = room.on('event', (event) => events.push(event));
    server.say();
    await pass(10);
    off();
    off();
    server.say();
    await pass(10);
    expect(numbers(events)).toEqual([1]);
  });

  it('are told who comes, goes, types and reads', async () => {
    const { server, client, frames } = rig();
    const room = await enter(client);
    const told: unknown[] = [];
    for (const name of ['joined', 'left', 'typing', 'read'] as const)
      room.on(name, ({ type }) => told.push(type));
    const from = { userId: 'ben', name: 'Ben' };
    for (const rest of [
      { type: 'joined' },
      { type: 'typing', typing: true },
      { type: 'read', seq: 7 },
      { type: 'left' },
    ])
      server.push({ ...rest, room: 'tea', from } as never);
    await pass(10);
    expect(told).toEqual(['joined', 'typing', 'read', 'left']);
    expect(frames).toEqual([]);
  });

  it('are told nothing of a frame that is named as what a room tells of itself', async () => {
    const { server, client, frames } = rig();
    const room = await enter(client);
    const told = jest.fn();
    for (const name of ['event', 'end'] as const) room.on(name, told);
    const from = { userId: 'ben', name: 'Ben' };
    for (const type of ['event', 'end', 'incomplete'])
      server.push({ type, room: 'tea', from, seq: 1, sentAt: new Date().toISOString() } as never);
    await pass(10);
    expect(told).not.toHaveBeenCalled();
    expect(frames).toHaveLength(3);
  });
});
