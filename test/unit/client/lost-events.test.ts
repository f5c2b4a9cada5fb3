import type { RoomEvent } from '../../../src/client/index.ts';

import { ack } from '../../helpers/fakes/replies.ts';
import { pushEvents, writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  joinAndListen,
  seqNumbers,
  type TestClient,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('a log that has lost events', () => {
  const gapEvent = (after: number, seq: number): RoomEvent => ({
    type: 'incomplete',
    room: 'tea',
    after,
    seq,
  });

  /** Makes the next join report that the events up to a seq have expired. */
  const expireOnce = ({ server }: TestClient, upTo: number) =>
    server.once('joinroom', (frame, peer) => {
      const reply = server.respond(frame, peer);
      const events = reply['events'].filter(({ seq }: { seq: number }) => seq > upTo);
      return { ...reply, events, recovered: false };
    });

  it('delivers the gap in its place', async () => {
    const testClient = await joinAndListen();
    testClient.server.publish();
    await advance(10);
    testClient.server.peer.close();
    writeEvents(testClient.server, 9);
    expireOnce(testClient, 7);
    await advance(1_000);
    expect(
      testClient.events.map((event) => (event.type === 'incomplete' ? event : event.seq)),
    ).toEqual([1, gapEvent(1, 7), 8, 9, 10]);
    testClient.server.publish();
    await advance(10);
    expect(seqNumbers(testClient.events).at(-1)).toBe(11);
  });

  it('delivers the gap when no event is left', async () => {
    const testClient = await joinAndListen();
    testClient.server.publish();
    await advance(10);
    testClient.server.peer.close();
    writeEvents(testClient.server, 9);
    expireOnce(testClient, 10);
    await advance(1_000);
    expect(testClient.events.at(-1)).toEqual(gapEvent(1, 10));
    testClient.server.publish();
    await advance(10);
    expect(seqNumbers(testClient.events)).toEqual([1, 'incomplete', 11]);
  });

  it('delivers the gap after a join with a seq that is too old', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 9);
    expireOnce(testClient, 5);
    const events = collectEvents(await join(testClient.client, { after: 2 }));
    await advance(0);
    expect(events[0]).toEqual(gapEvent(2, 5));
    expect(seqNumbers(events)).toEqual(['incomplete', 6, 7, 8, 9]);
  });

  it('delivers a gap when the log was replaced by a new one', async () => {
    const { server, events } = await joinAndListen();
    writeEvents(server, 5);
    pushEvents(server, 1, 2, 3, 4, 5);
    await advance(10);
    server.peer.close();
    server.wipe();
    writeEvents(server, 2);
    await advance(1_000);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5, 'incomplete', 3]);
    expect(events[5]).toEqual(gapEvent(0, 2));
  });

  it('delivers a gap after a join with a seq that the log never reached', async () => {
    const testClient = createTestClient();
    writeEvents(testClient.server, 2);
    const events = collectEvents(await join(testClient.client, { after: 500 }));
    await advance(0);
    expect(events).toEqual([gapEvent(0, 2)]);
  });

  it('delivers no event again if the log lost a seq below them', async () => {
    const { server, events } = await joinAndListen();
    server.publish();
    server.allocateSeq();
    server.publish();
    server.publish();
    await advance(3_000);
    expect(seqNumbers(events)).toEqual([1, 3, 4]);
    server.once('joinroom', (frame, peer) => {
      return { ...server.respond(frame, peer), recovered: false };
    });
    server.peer.close();
    await advance(1_000);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 3, 4, 'incomplete', 5]);
  });

  it('ends only the room when its log cannot be read', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', (frame) => ack(frame, {}));
    expect((await eventually(client.join('tea', { after: 0 }))).error).toBeDefined();
    const room = await join(client, { after: 0 });
    expect((await eventually(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });
});
