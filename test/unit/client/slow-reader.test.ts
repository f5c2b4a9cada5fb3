import type { Room, RoomEvent } from '../../../src/client/index.ts';
import { range, requestedAfter, writeEvents } from './server-log.ts';
import { advance, createTestClient, flush, join, seqNumbers, useFakeClock } from './setup.ts';

useFakeClock();

/** Reads every event of a room, and waits for a task after each. */
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

/** Waits in the test's time, from within a task. */
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('a slow reader', () => {
  it('pauses recovery above a thousand queued events, and gets all of them', async () => {
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

  it('loses no event that is sent meanwhile, even after thirty seconds', async () => {
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

  it('can send for each event without a deadlock', async () => {
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

  it('can send for each event over lost connections', async () => {
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

  it('gets a gap instead of more than ten thousand queued events', async () => {
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
      ...range(Number(first?.seq) + 1, 10_052),
      [late],
      ...range(10_053, 10_102),
    ]);
  });

  it('loses no event when a gap makes the client read the log', async () => {
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
    const seqs = seqNumbers(events).flat();
    expect(seqs.toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1, 12_001));
  });

  it('gets one gap for everything it missed when its queue overflows twice', async () => {
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
    expect(Number(events[0]?.seq) + events.length - 1).toBe(21_000);
  });
});
