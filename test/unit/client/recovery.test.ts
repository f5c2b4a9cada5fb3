import { errorReply } from '../../helpers/fakes/replies.ts';
import { range, requestedAfter, writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('recovery', () => {
  it('reads page after page, and delivers each at once', async () => {
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

  it('delivers events once that are pushed between its pages', async () => {
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

  it('continues where it was after a lost connection', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 350);
    server.once('joinroom', server.respond);
    server.once('joinroom', (_, peer) => peer.close());
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 350));
    expect(requestedAfter(server)).toEqual([0, 100, 100, 200, 300]);
  });

  it('waits for retryAfterMs, then continues', async () => {
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

  it('backs off while the server fails', async () => {
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

  it('skips unused seqs among thousands of events without losing one', async () => {
    const { server, client } = createTestClient();
    for (let index = 0; index < 3_000; index += 1) {
      if (index % 500 === 3) server.allocateSeq();
      server.write();
    }
    const events = collectEvents(await join(client, { after: 0 }));
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(server.log().map(({ seq }) => seq));
  });

  it('keeps room for its pages while thousands of events are pushed', async () => {
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
