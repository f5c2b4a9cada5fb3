import { pushEvents, requestedAfter } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  join,
  joinAndListen,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('a seq that is missing in the log', () => {
  /** Creates a client in a room with events 1 and 3. The seq 2 is allocated. */
  async function withGap() {
    const testClient = await joinAndListen();
    testClient.server.publish();
    const missing = testClient.server.allocateSeq();
    testClient.server.publish();
    return { ...testClient, missing };
  }

  it('holds later events back for two seconds at most', async () => {
    const { events } = await withGap();
    await advance(1_990);
    expect(seqNumbers(events)).toEqual([1]);
    await advance(20);
    expect(seqNumbers(events)).toEqual([1, 3]);
  });

  it('makes a reconnect recover from below it for thirty seconds', async () => {
    const { server, room } = await withGap();
    await advance(3_000);
    expect(room.after).toBe(1);
    server.peer.close();
    await advance(1_000);
    expect(requestedAfter(server)).toEqual([undefined, 1, 1]);
  });

  it('is delivered once as late when it still comes', async () => {
    const { server, room, events, missing } = await withGap();
    await advance(20_000);
    server.publish({ seq: missing });
    pushEvents(server, missing);
    await advance(20_000);
    expect(seqNumbers(events)).toEqual([1, 3, [2]]);
    expect(room.after).toBe(3);
  });

  it('is delivered in its place when it comes in time', async () => {
    const { server, events, missing } = await withGap();
    await advance(1_000);
    server.publish({ seq: missing });
    await advance(20_000);
    expect(seqNumbers(events)).toEqual([1, 2, 3]);
  });

  it('is read from the log once more after thirty seconds, and delivered as late', async () => {
    const { server, events, missing } = await withGap();
    await advance(15_000);
    server.write({ seq: missing });
    await advance(14_900);
    expect(requestedAfter(server)).toEqual([undefined, 1]);
    await advance(200);
    expect(requestedAfter(server)).toEqual([undefined, 1, 1]);
    expect(seqNumbers(events)).toEqual([1, 3, [2]]);
  });

  it('is given up then, and never read again', async () => {
    const { server, room, events, missing } = await withGap();
    await advance(31_000);
    expect(room.after).toBe(3);
    await advance(120_000);
    expect(requestedAfter(server)).toEqual([undefined, 1, 1]);
    server.publish({ seq: missing });
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 3]);
  });

  it('is recovered when it was written during a lost connection', async () => {
    const { server, events, missing } = await withGap();
    await advance(3_000);
    server.peer.close();
    server.write({ seq: missing });
    server.write();
    await advance(1_000);
    expect(seqNumbers(events)).toEqual([1, 3, [2], 4]);
  });

  it('is recovered after the machine slept for hours', async () => {
    const { server, events, missing } = await withGap();
    await advance(1_000);
    server.write({ seq: missing });
    server.peer.isOpen = false;
    jest.setSystemTime(Date.now() + 8 * 3_600_000);
    server.always('joinroom', (frame, peer) =>
      peer.isOpen ? server.respond(frame, peer) : undefined,
    );
    await advance(60_000);
    expect(seqNumbers(events).flat().toSorted()).toEqual([1, 2, 3]);
  });

  it('does not add up delays when there are many', async () => {
    const { server, events } = await joinAndListen();
    for (let index = 0; index < 20; index += 1) {
      server.allocateSeq();
      server.publish();
      await advance(100);
    }
    await advance(2_000);
    expect(seqNumbers(events)).toEqual(Array.from({ length: 20 }, (_, index) => 2 * index + 2));
  });

  it('does not delay a reader of an old log', async () => {
    const testClient = createTestClient();
    const hour = 3_600_000;
    for (let index = 0; index < 50; index += 1) {
      if (index % 7 === 3) testClient.server.allocateSeq();
      testClient.server.write({ sentAt: new Date(Date.now() - hour * (50 - index)).toISOString() });
    }
    const events = collectEvents(await join(testClient.client, { after: 0 }));
    await advance(100);
    expect(events).toHaveLength(50);
    expect(requestedAfter(testClient.server)).toEqual([0]);
  });
});
