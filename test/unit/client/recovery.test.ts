import type { Room, RoomEvent } from '../../../src/client/index.ts';

import { refusal } from '../../helpers/fakes/fake-server.ts';
import { asked, range, writeMany } from './random-log.ts';
import { enter, listen, numbers, pass, rig, settle, useOwnTime, watch } from './setup.ts';

useOwnTime();

/** Takes everything a room gives out, doing something after each. */
function taking(room: Room, work: (event: RoomEvent) => unknown = () => {}): RoomEvent[] {
  const events: RoomEvent[] = [];
  const take = async () => {
    for await (const event of room) {
      events.push(event);
      await work(event);
    }
  };
  void take();
  return events;
}

describe('recovery', () => {
  it('reads page after page, and gives out each at once', async () => {
    const { server, client } = rig();
    writeMany(server, 350);
    server.once('joinroom', server.serve);
    server.once('joinroom', () => undefined);
    const events = listen(await enter(client, { after: 0 }));
    await pass(0);
    expect(numbers(events)).toEqual(range(1, 100));
    await pass(60_000);
    expect(numbers(events)).toEqual(range(1, 350));
    expect(asked(server)).toEqual([0, 100, 100, 200, 300]);
  });

  it('lets pushes arrive between its pages, which do not come twice', async () => {
    const { server, client } = rig();
    writeMany(server, 250);
    let page = 0;
    server.always('joinroom', (frame, peer) => {
      page += 1;
      const reply = server.serve(frame, peer);
      if (page < 4) server.say();
      for (const event of server.log().slice(0, 3)) server.push(event);
      return reply;
    });
    const events = listen(await enter(client, { after: 0 }));
    await pass(5_000);
    expect(numbers(events)).toEqual(range(1, 253));
  });

  it('goes on where it was after a drop between its pages', async () => {
    const { server, client } = rig();
    writeMany(server, 350);
    server.once('joinroom', server.serve);
    server.once('joinroom', (_, peer) => peer.close());
    const events = listen(await enter(client, { after: 0 }));
    await pass(5_000);
    expect(numbers(events)).toEqual(range(1, 350));
    expect(asked(server)).toEqual([0, 100, 100, 200, 300]);
  });

  it('waits for as long as the server asks, and then goes on', async () => {
    const { server, client } = rig();
    writeMany(server, 150);
    server.once('joinroom', server.serve);
    server.once('joinroom', (frame) =>
      refusal(frame, 'rate_limited', { retryable: true, retryAfterMs: 5_000 }),
    );
    const events = listen(await enter(client, { after: 0 }));
    await pass(4_900);
    expect(events).toHaveLength(100);
    expect(asked(server)).toEqual([0, 100]);
    await pass(100);
    expect(numbers(events)).toEqual(range(1, 150));
  });

  it('pauses for longer and longer where the server is in trouble', async () => {
    const { server, client } = rig({ maxBackoffMs: 6_000 });
    server.always('joinroom', (frame) => refusal(frame, 'unavailable', { retryable: true }));
    const joining = watch(client.join('tea'));
    await pass(30_000);
    expect(joining.isSettled).toBe(false);
    expect(asked(server).length).toBeLessThan(15);
    server.always('joinroom', server.serve);
    await pass(6_000);
    expect(joining.isSettled).toBe(true);
  });

  it('passes over skipped numbers in the middle of thousands without losing any of them', async () => {
    const { server, client } = rig();
    for (let one = 0; one < 3_000; one += 1) {
      if (one % 500 === 3) server.take();
      server.write();
    }
    const events = listen(await enter(client, { after: 0 }));
    await pass(5_000);
    expect(numbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('has room for its pages where thousands of pushes arrive meanwhile', async () => {
    const { server, client } = rig();
    writeMany(server, 500);
    server.once('joinroom', (frame, peer) => {
      const reply = server.serve(frame, peer);
      for (let one = 0; one < 2_500; one += 1) server.say();
      return reply;
    });
    const events = listen(await enter(client, { after: 0 }));
    await pass(5_000);
    expect(numbers(events)).toEqual(range(1, 3_000));
  });
});

describe('one who takes slowly', () => {
  it('is not given pages ahead of him beyond a thousand events, and gets all of them', async () => {
    const { server, client } = rig();
    writeMany(server, 3_000);
    const room = await enter(client, { after: 0 });
    await pass(10_000);
    expect(asked(server)).toHaveLength(11);
    const events = taking(room, () => pass0(5));
    await pass(500);
    expect(asked(server).length).toBeLessThan(14);
    await pass(20_000);
    expect(numbers(events)).toEqual(range(1, 3_000));
  });

  it('loses nothing of what is said meanwhile, even after the holes’ thirty seconds', async () => {
    const { server, client } = rig();
    writeMany(server, 2_000);
    const room = await enter(client, { after: 0 });
    for (let second = 0; second < 60; second += 1) {
      for (let one = 0; one < 25; one += 1) server.say();
      await pass(1_000);
    }
    const events = taking(room);
    await pass(5_000);
    expect(numbers(events)).toEqual(range(1, 3_500));
  });

  it('can send for each event that he takes, and nothing waits for itself', async () => {
    const { server, client } = rig();
    writeMany(server, 1_500);
    const room = await enter(client, { after: 0 });
    const events = taking(room, async (event) => {
      if (event.type === 'message' && !event.own) await room.send(`to ${event.seq}`);
    });
    await pass(60_000);
    expect(events).toHaveLength(3_000);
    expect(numbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('can send for each event over drops, too', async () => {
    const { server, client } = rig();
    writeMany(server, 300);
    const room = await enter(client, { after: 0 });
    const events = taking(room, async (event) => {
      if (event.type !== 'message' || event.own) return;
      if (event.seq % 50 === 0) server.peer.close();
      await room.send(`to ${event.seq}`);
    });
    await pass(600_000);
    expect(events).toHaveLength(600);
    expect(numbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('keeps another waiting no longer than until he is gone', async () => {
    const { server, client } = rig();
    writeMany(server, 3_000);
    const room = await enter(client, { after: 0 });
    const slow = room[Symbol.asyncIterator]();
    const events = listen(room);
    await pass(5_000);
    expect(events.length).toBeLessThan(2_000);
    await slow.return?.();
    await pass(5_000);
    expect(numbers(events).at(-1)).toBe(3_000);
  });

  it('is told what he has missed where ten thousand wait for him', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    const late = server.take();
    server.say();
    await pass(3_000);
    for (let one = 0; one < 10_100; one += 1) {
      if (one === 10_050) server.say({ seq: late });
      server.say();
      if (one % 500 === 0) await pass(10);
    }
    await pass(10);
    const events = taking(room);
    await settle();
    const [first, ...rest] = events;
    expect(first).toMatchObject({ type: 'incomplete', after: 1 });
    expect(numbers(rest)).toEqual([
      ...range(Object(first).seq + 1, 10_052),
      [late],
      ...range(10_053, 10_102),
    ]);
  });

  it('loses nothing at all where a gap makes him read the log: it waits for him', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    const late = server.take();
    for (let one = 0; one < 12_000; one += 1) {
      server.say();
      if (one % 500 === 0) await pass(10);
    }
    await pass(3_000);
    server.say({ seq: late });
    const events = taking(room);
    await pass(1_000);
    const given = numbers(events).flat();
    expect(given.toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1, 12_001));
  });

  it('is told of all that he has missed, however often that happens', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    for (let one = 0; one < 21_000; one += 1) {
      server.say();
      if (one % 900 === 0) await pass(10);
    }
    await pass(10);
    const events = taking(room);
    await settle();
    expect(events[0]).toMatchObject({ type: 'incomplete', after: 0 });
    expect(Object(events[0]).seq + events.length - 1).toBe(21_000);
  });
});

/** Waits in the test's time, from within what the test has set going. */
const pass0 = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
