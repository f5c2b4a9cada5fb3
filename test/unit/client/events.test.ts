import type { RoomEvent } from '../../../src/client/index.ts';

import { asked, push, writeMany } from './random-log.ts';
import { enter, listen, listening, numbers, pass, rig, soon, useOwnTime } from './setup.ts';

useOwnTime();

describe('a room', () => {
  it('gives out what is pushed, at once and as it was said', async () => {
    const { server, events } = await listening();
    server.say();
    await pass(2);
    expect(events).toEqual(server.log());
  });

  it('begins with what comes after one joined', async () => {
    const made = rig();
    writeMany(made.server, 3);
    const events = listen(await enter(made.client));
    made.server.say();
    await pass(10);
    expect(numbers(events)).toEqual([4]);
    expect(asked(made.server)).toEqual([undefined]);
  });

  it('begins behind the number that one holds, where one says it', async () => {
    const made = rig();
    writeMany(made.server, 5);
    const room = await enter(made.client, { after: 2 });
    expect(room.after).toBe(5);
    const events = listen(room);
    await pass(0);
    expect(numbers(events)).toEqual([3, 4, 5]);
  });

  it('gives out once what is pushed twice', async () => {
    const { server, events } = await listening();
    writeMany(server, 3);
    push(server, 1, 1, 2, 1, 2, 3, 3, 1);
    await pass(5_000);
    expect(numbers(events)).toEqual([1, 2, 3]);
    expect(asked(server)).toEqual([undefined]);
  });

  it('gives out in order what comes in reverse, without the log', async () => {
    const { server, events } = await listening();
    writeMany(server, 5);
    push(server, 5, 4, 3, 2, 1);
    await pass(5_000);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(asked(server)).toEqual([undefined]);
  });

  it('fills a gap from the log, soon', async () => {
    const { server, events } = await listening();
    writeMany(server, 5);
    push(server, 1, 5);
    await pass(100);
    expect(numbers(events)).toEqual([1]);
    await pass(150);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(asked(server)).toEqual([undefined, 1]);
  });

  it('fills a gap that a second push fills, without the log', async () => {
    const { server, events } = await listening();
    writeMany(server, 3);
    push(server, 1, 3);
    await pass(100);
    push(server, 2);
    await pass(5_000);
    expect(numbers(events)).toEqual([1, 2, 3]);
    expect(asked(server)).toEqual([undefined]);
  });

  it('is not fooled by a number that nobody took', async () => {
    const { server, events } = await listening();
    const never = { ...server.say(), seq: 1_000_000 };
    server.push(never);
    await pass(5_000);
    server.say();
    await pass(10);
    expect(numbers(events)).toEqual([1, 2]);
  });

  it('takes events that come before the ack of joining', async () => {
    const made = rig();
    writeMany(made.server, 3);
    made.server.once('joinroom', (frame, peer) => {
      const reply = made.server.serve(frame, peer);
      for (const event of [made.server.write(), made.server.write()].toReversed()) peer.send(event);
      return reply;
    });
    const events = listen(await enter(made.client));
    await pass(0);
    expect(numbers(events)).toEqual([4, 5]);
  });

  it('gives out what was written below where one joined, marked late', async () => {
    const made = rig();
    const seq = made.server.take();
    made.server.write();
    const events = listen(await enter(made.client));
    made.server.say({ seq });
    await pass(10);
    expect(numbers(events)).toEqual([[1]]);
  });
});

describe('a connection that drops', () => {
  it('loses nothing of what was said meanwhile, nor gives out anything twice', async () => {
    const { server, events } = await listening();
    server.say();
    await pass(10);
    server.peer.close();
    writeMany(server, 3);
    await pass(1_000);
    server.say();
    push(server, 1, 2, 3);
    await pass(10);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(asked(server)).toEqual([undefined, 1]);
  });

  it.each(['identity', 'joinroom'])(
    'again, in the middle of %s, loses nothing either',
    async (action) => {
      const { server, events } = await listening();
      server.say();
      await pass(10);
      for (let time = 0; time < 3; time += 1) server.once(action, (_, peer) => peer.close());
      server.peer.close();
      writeMany(server, 3);
      await pass(10_000);
      expect(numbers(events)).toEqual([1, 2, 3, 4]);
    },
  );

  it('before the first ack of joining delays it', async () => {
    const { server, client } = rig();
    server.once('joinroom', (_, peer) => peer.close());
    server.once('joinroom', (frame, peer) => {
      server.serve(frame, peer);
      peer.close();
    });
    const joining = await soon(client.join('tea'), 5_000);
    expect(joining.value?.name).toBe('tea');
  });

  it('brings back every room', async () => {
    const { server, client } = rig();
    const rooms: RoomEvent[][] = [];
    for (const name of 'abc') rooms.push(listen(await enter(client, {}, name)));
    server.peer.close();
    for (const room of 'abc') server.write({ room });
    await pass(1_000);
    expect(rooms.map(numbers)).toEqual([[1], [1], [1]]);
  });
});
