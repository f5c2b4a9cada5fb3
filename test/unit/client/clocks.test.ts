import { range, requestedAfter } from './server-log.ts';
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

const minute = 60_000;
const hour = 60 * minute;

/** Creates a client in a room with one event. The seq 2 is allocated, and is written late. */
async function createClientWithLateEvent() {
  const testClient = await joinAndListen({ after: 0 });
  testClient.server.publish();
  await advance(10);
  const late = { seq: testClient.server.allocateSeq(), sentAt: testClient.server.now };
  return { ...testClient, late };
}

describe('a clock that is wrong', () => {
  it.each([minute, -minute, 24 * hour])(
    'of the client, which is set by %i ms, costs no late event',
    async (step) => {
      const { server, events, late } = await createClientWithLateEvent();
      server.clockSkewMs = -step;
      jest.setSystemTime(Date.now() + step);
      server.publish();
      await advance(5_000);
      server.publish(late);
      await advance(minute);
      expect(seqNumbers(events)).toEqual([1, 3, [2]]);
    },
  );

  it.each([minute, 24 * hour])(
    'of the server, which was %i ms ahead for one event, costs no late event an hour later',
    async (ahead) => {
      const { server, events } = await joinAndListen({ after: 0 });
      server.clockSkewMs = ahead;
      server.publish();
      await advance(10);
      server.clockSkewMs = 0;
      await advance(hour);
      const late = { seq: server.allocateSeq(), sentAt: server.now };
      server.publish();
      await advance(5_000);
      server.publish(late);
      await advance(minute);
      expect(seqNumbers(events)).toEqual([1, 3, [2]]);
    },
  );

  /**
   * Reads a page in which the event above a missing one and the last one come from two servers. Then the
   * missing event comes late.
   */
  async function readPageOfTwoServers(firstSkewMs: number, secondSkewMs: number) {
    const { server, client } = createTestClient();
    server.write();
    const late = { seq: server.allocateSeq(), sentAt: server.now };
    server.clockSkewMs = firstSkewMs;
    server.write();
    server.clockSkewMs = secondSkewMs;
    server.write();
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    server.publish(late);
    await advance(minute);
    return seqNumbers(events);
  }

  it.each([
    ['ahead of', 0, 2 * minute],
    ['behind', -2 * minute + 1, 1],
  ])('of one server, two minutes %s another, costs no late event in a page', async (_, a, b) => {
    expect(await readPageOfTwoServers(a, b)).toEqual([1, 3, 4, [2]]);
  });

  it.each([
    ['ahead of', 0, 2.6 * minute],
    ['behind', -2.6 * minute, 1],
  ])('of one server, 156 seconds %s another, makes a new log look old', async (_, a, b) => {
    expect(await readPageOfTwoServers(a, b)).toEqual([1, 3, 4]);
  });

  it('of a client that slept costs no late event', async () => {
    const { server, events, late } = await createClientWithLateEvent();
    server.publish();
    await advance(5_000);
    server.clockSkewMs = 8 * hour;
    server.write(late);
    server.publish();
    await advance(minute);
    expect(seqNumbers(events)).toEqual([1, 3, 4, [2]]);
  });
});

describe('a long log with skipped seqs', () => {
  /** Creates a room of 5,000 events, `gapMs` apart. Every fiftieth seq was skipped. */
  async function readLongLog(gapMs: number) {
    const { server, client } = createTestClient();
    const start = Date.now() - 5_000 * gapMs;
    for (let index = 0; index < 5_000; index += 1) {
      const seq = server.allocateSeq();
      const sentAt = new Date(start + index * gapMs).toISOString();
      if (seq % 50 > 0) server.write({ seq, sentAt });
    }
    const events = collectEvents(await join(client, { after: 0 }));
    return { server, events };
  }

  it.each([100, 10_000])(
    'is read once, without pauses, but for its newest part (an event each %i ms)',
    async (gapMs) => {
      const { server, events } = await readLongLog(gapMs);
      await advance(2_500);
      expect(seqNumbers(events)).toEqual(range(1, 4_999).filter((seq) => seq % 50 > 0));
      const pages = requestedAfter(server).length;
      await advance(hour);
      const newestGaps = Math.ceil(150_000 / gapMs / 50);
      expect(requestedAfter(server).length - pages).toBeLessThanOrEqual(newestGaps);
      expect(pages).toBeLessThan(55);
    },
  );

  it('is read once although new events come meanwhile', async () => {
    const { server } = await readLongLog(10_000);
    for (let index = 0; index < 100; index += 1) {
      server.publish();
      await advance(5);
    }
    await advance(hour);
    expect(requestedAfter(server).length).toBeLessThan(55);
  });
});
