import type { RoomEvent } from '../../../src/client/index.ts';

import { pushEvents, requestedAfter, writeEvents } from './random-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  joinAndListen,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('a room', () => {
  it('gives out what is pushed, at once and as it was said', async () => {
    const { server, events } = await joinAndListen();
    server.publish();
    await advance(2);
    expect(events).toEqual(server.log());
  });

  it('begins with what comes after one joined', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 3);
    const events = collectEvents(await join(testClient.client));
    testClient.server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([4]);
    expect(requestedAfter(testClient.server)).toEqual([undefined]);
  });

  it('begins behind the number that one holds, where one says it', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 5);
    const room = await join(testClient.client, { after: 2 });
    expect(room.after).toBe(5);
    const events = collectEvents(room);
    await advance(0);
    expect(seqNumbers(events)).toEqual([3, 4, 5]);
  });

  it('gives out once what is pushed twice', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 3);
    pushEvents(server, 1, 1, 2, 1, 2, 3, 3, 1);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('gives out in order what comes in reverse, without the log', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 5);
    pushEvents(server, 5, 4, 3, 2, 1);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('fills a gap from the log, soon', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 5);
    pushEvents(server, 1, 5);
    await advance(100);
    expect(seqNumbers(events)).toEqual([1]);
    await advance(150);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(requestedAfter(server)).toEqual([undefined, 1]);
  });

  it('fills a gap that a second push fills, without the log', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 3);
    pushEvents(server, 1, 3);
    await advance(100);
    pushEvents(server, 2);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('is not fooled by a number that nobody took', async () => {
    const { server, events } = await joinAndListen();
    const never = { ...server.publish(), seq: 1_000_000 };
    server.push(never);
    await advance(5_000);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2]);
  });

  it('takes events that come before the ack of joining', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 3);
    testClient.server.once('joinroom', (frame, peer) => {
      const reply = testClient.server.respond(frame, peer);
      for (const event of [testClient.server.write(), testClient.server.write()].toReversed())
        peer.send(event);
      return reply;
    });
    const events = collectEvents(await join(testClient.client));
    await advance(0);
    expect(seqNumbers(events)).toEqual([4, 5]);
  });

  it('gives out what was written below where one joined, marked late', async () => {
    const testClient = createTestClient();
    const seq = testClient.server.allocateSeq();
    testClient.server.write();
    const events = collectEvents(await join(testClient.client));
    testClient.server.publish({ seq });
    await advance(10);
    expect(seqNumbers(events)).toEqual([[1]]);
  });
});

describe('a connection that drops', () => {
  it('loses nothing of what was said meanwhile, nor gives out anything twice', async () => {
    const { server, events } = await joinAndListen();
    server.publish();
    await advance(10);
    server.peer.close();
    writeEvents(server, 3);
    await advance(1_000);
    server.publish();
    pushEvents(server, 1, 2, 3);
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(requestedAfter(server)).toEqual([undefined, 1]);
  });

  it.each(['identity', 'joinroom'])(
    'again, in the middle of %s, loses nothing either',
    async (action) => {
      const { server, events } = await joinAndListen();
      server.publish();
      await advance(10);
      for (let time = 0; time < 3; time += 1) server.once(action, (_, peer) => peer.close());
      server.peer.close();
      writeEvents(server, 3);
      await advance(10_000);
      expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    },
  );

  it('before the first ack of joining delays it', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', (_, peer) => peer.close());
    server.once('joinroom', (frame, peer) => {
      server.respond(frame, peer);
      peer.close();
    });
    const joining = await eventually(client.join('tea'), 5_000);
    expect(joining.value?.name).toBe('tea');
  });

  it('brings back every room', async () => {
    const { server, client } = createTestClient();
    const rooms: RoomEvent[][] = [];
    for (const name of 'abc') rooms.push(collectEvents(await join(client, {}, name)));
    server.peer.close();
    for (const room of 'abc') server.write({ room });
    await advance(1_000);
    expect(rooms.map(seqNumbers)).toEqual([[1], [1], [1]]);
  });
});
