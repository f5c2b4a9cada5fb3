import type { Room, RoomEvent } from '../../../src/client/index.ts';

import { errorReply } from '../../helpers/fakes/fake-server.ts';
import { range, requestedAfter, writeEvents } from './random-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  flush,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Takes everything a room gives out, doing something after each. */
function consume(room: Room, task: (event: RoomEvent) => unknown = () => {}): RoomEvent[] {
  const events: RoomEvent[] = [];
  const run = async () => {
    for await (const event of room) {
      events.push(event);
      await task(event);
    }
  };
  void run();
  return events;
}

describe('recovery', () => {
  it('reads page after page, and gives out each at once', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 350);
    server.once('joinroom', server.respond);
    server.once('joinroom', () => undefined);
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(0);
    expect(seqNumbers(events)).toEqual(range(1, 100));
    await advance(60_000);
    expect(seqNumbers(events)).toEqual(range(1, 350));
    expect(requestedAfter(server)).toEqual([0, 100, 100, 200, 300]);
  });

  it('lets pushes arrive between its pages, which do not come twice', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 250);
    let page = 0;
    server.always('joinroom', (frame, peer) => {
      page += 1;
      const reply = server.respond(frame, peer);
      if (page < 4) server.publish();
      for (const event of server.log().slice(0, 3)) server.push(event);
      return reply;
    });
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 253));
  });

  it('goes on where it was after a drop between its pages', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 350);
    server.once('joinroom', server.respond);
    server.once('joinroom', (_, peer) => peer.close());
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 350));
    expect(requestedAfter(server)).toEqual([0, 100, 100, 200, 300]);
  });

  it('waits for as long as the server asks, and then goes on', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 150);
    server.once('joinroom', server.respond);
    server.once('joinroom', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 5_000 }),
    );
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(4_900);
    expect(events).toHaveLength(100);
    expect(requestedAfter(server)).toEqual([0, 100]);
    await advance(100);
    expect(seqNumbers(events)).toEqual(range(1, 150));
  });

  it('pauses for longer and longer where the server is in trouble', async () => {
    const { server, client } = createTestClient({ maxReconnectDelayMs: 6_000 });
    server.always('joinroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    const joining = observe(client.join('tea'));
    await advance(30_000);
    expect(joining.isSettled).toBe(false);
    expect(requestedAfter(server).length).toBeLessThan(15);
    server.always('joinroom', server.respond);
    await advance(6_000);
    expect(joining.isSettled).toBe(true);
  });

  it('passes over skipped numbers in the middle of thousands without losing any of them', async () => {
    const { server, client } = createTestClient();
    for (let index = 0; index < 3_000; index += 1) {
      if (index % 500 === 3) server.allocateSeq();
      server.write();
    }
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('has room for its pages where thousands of pushes arrive meanwhile', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 500);
    server.once('joinroom', (frame, peer) => {
      const reply = server.respond(frame, peer);
      for (let index = 0; index < 2_500; index += 1) server.publish();
      return reply;
    });
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 3_000));
  });
});

describe('one who takes slowly', () => {
  it('is not given pages ahead of him beyond a thousand events, and gets all of them', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 3_000);
    const room = await join(client, { after: 0 });
    await advance(10_000);
    expect(requestedAfter(server)).toHaveLength(11);
    const events = consume(room, () => delay(5));
    await advance(500);
    expect(requestedAfter(server).length).toBeLessThan(14);
    await advance(20_000);
    expect(seqNumbers(events)).toEqual(range(1, 3_000));
  });

  it('loses nothing of what is said meanwhile, even after the holes’ thirty seconds', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 2_000);
    const room = await join(client, { after: 0 });
    for (let second = 0; second < 60; second += 1) {
      for (let index = 0; index < 25; index += 1) server.publish();
      await advance(1_000);
    }
    const events = consume(room);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 3_500));
  });

  it('can send for each event that he takes, and nothing waits for itself', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 1_500);
    const room = await join(client, { after: 0 });
    const events = consume(room, async (event) => {
      if (event.type === 'message' && !event.own) await room.send(`to ${event.seq}`);
    });
    await advance(60_000);
    expect(events).toHaveLength(3_000);
    expect(seqNumbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('can send for each event over drops, too', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 300);
    const room = await join(client, { after: 0 });
    const events = consume(room, async (event) => {
      if (event.type !== 'message' || event.own) return;
      if (event.seq % 50 === 0) server.peer.close();
      await room.send(`to ${event.seq}`);
    });
    await advance(600_000);
    expect(events).toHaveLength(600);
    expect(seqNumbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('keeps another waiting no longer than until he is gone', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 3_000);
    const room = await join(client, { after: 0 });
    const slow = room[Symbol.asyncIterator]();
    const events = collectEvents(room);
    await advance(5_000);
    expect(events.length).toBeLessThan(2_000);
    await slow.return?.();
    await advance(5_000);
    expect(seqNumbers(events).at(-1)).toBe(3_000);
  });

  it('is told what he has missed where ten thousand wait for him', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const late = server.allocateSeq();
    server.publish();
    await advance(3_000);
    for (let index = 0; index < 10_100; index += 1) {
      if (index === 10_050) server.publish({ seq: late });
      server.publish();
      if (index % 500 === 0) await advance(10);
    }
    await advance(10);
    const events = consume(room);
    await flush();
    const [first, ...rest] = events;
    expect(first).toMatchObject({ type: 'incomplete', after: 1 });
    expect(seqNumbers(rest)).toEqual([
      ...range(Object(first).seq + 1, 10_052),
      [late],
      ...range(10_053, 10_102),
    ]);
  });

  it('loses nothing at all where a gap makes him read the log: it waits for him', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const late = server.allocateSeq();
    for (let index = 0; index < 12_000; index += 1) {
      server.publish();
      if (index % 500 === 0) await advance(10);
    }
    await advance(3_000);
    server.publish({ seq: late });
    const events = consume(room);
    await advance(1_000);
    const given = seqNumbers(events).flat();
    expect(given.toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1, 12_001));
  });

  it('is told of all that he has missed, however often that happens', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    for (let index = 0; index < 21_000; index += 1) {
      server.publish();
      if (index % 900 === 0) await advance(10);
    }
    await advance(10);
    const events = consume(room);
    await flush();
    expect(events[0]).toMatchObject({ type: 'incomplete', after: 0 });
    expect(Object(events[0]).seq + events.length - 1).toBe(21_000);
  });
});

/** Waits in the test's time, from within what the test has set going. */
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
