import type { RoomEvent } from '../../../src/client/index.ts';

import { pushEvents, requestedAfter, writeEvents } from './server-log.ts';
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

describe('Room events', () => {
  it('delivers a pushed event at once and unchanged', async () => {
    const { server, events } = await joinAndListen();
    server.publish();
    await advance(2);
    expect(events).toEqual(server.log());
  });

  it('starts with the events after the join', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 3);
    const events = collectEvents(await join(testClient.client));
    testClient.server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([4]);
    expect(requestedAfter(testClient.server)).toEqual([undefined]);
  });

  it('starts after the given seq', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 5);
    const room = await join(testClient.client, { after: 2 });
    expect(room.after).toBe(5);
    const events = collectEvents(room);
    await advance(0);
    expect(seqNumbers(events)).toEqual([3, 4, 5]);
  });

  it('delivers an event once that is pushed twice', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 3);
    pushEvents(server, 1, 1, 2, 1, 2, 3, 3, 1);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('orders events that arrive in reverse, without reading the log', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 5);
    pushEvents(server, 5, 4, 3, 2, 1);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('fills a gap from the log after a short wait', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 5);
    pushEvents(server, 1, 5);
    await advance(100);
    expect(seqNumbers(events)).toEqual([1]);
    await advance(150);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(requestedAfter(server)).toEqual([undefined, 1]);
  });

  it('fills a gap from a later push, without reading the log', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 3);
    pushEvents(server, 1, 3);
    await advance(100);
    pushEvents(server, 2);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('ignores a seq that was never allocated', async () => {
    const { server, events } = await joinAndListen();
    const never = { ...server.publish(), seq: 1_000_000 };
    server.push(never);
    await advance(5_000);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2]);
  });

  it('delivers events that come before the ack of the join', async () => {
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

  it('delivers an event below the join as late', async () => {
    const testClient = createTestClient();
    const seq = testClient.server.allocateSeq();
    testClient.server.write();
    const events = collectEvents(await join(testClient.client));
    testClient.server.publish({ seq });
    await advance(10);
    expect(seqNumbers(events)).toEqual([[1]]);
  });
});

describe('Room events over lost connections', () => {
  it('delivers the missed events, each once', async () => {
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
    'delivers the missed events when the connection is lost again during %s',
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

  it('delays a join whose connection is lost before the ack', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', (_, peer) => peer.close());
    server.once('joinroom', (frame, peer) => {
      server.respond(frame, peer);
      peer.close();
    });
    const joining = await eventually(client.join('tea'), 5_000);
    expect(joining.value?.name).toBe('tea');
  });

  it('recovers every room', async () => {
    const { server, client } = createTestClient();
    const rooms: RoomEvent[][] = [];
    for (const name of 'abc') rooms.push(collectEvents(await join(client, {}, name)));
    server.peer.close();
    for (const room of 'abc') server.write({ room });
    await advance(1_000);
    expect(rooms.map(seqNumbers)).toEqual([[1], [1], [1]]);
  });
});
