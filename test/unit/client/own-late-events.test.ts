import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import { requestedAfter, writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  joinAndListen,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Lets the next edit allocate its seq at once, and write it `ms` milliseconds later. */
function delayEdit(server: FakeServer, ms: number): void {
  server.once('editmessage', (frame, peer) => {
    const { seq: target, message } = frame;
    const seq = server.allocateSeq();
    const sentAt = server.now;
    setTimeout(() => {
      server.publish({ type: 'edited', seq, target, message, from: server.self, sentAt }, peer);
      peer.send(ack(frame, { room: 'tea', seq, target }));
    }, ms);
  });
}

/** Creates a client in a room with one event. Its edit of that event has the seq 2, and is written late. */
async function createLateEditor(ms = 2_600) {
  const testClient = await joinAndListen({ after: 0 });
  testClient.server.publish();
  await advance(10);
  delayEdit(testClient.server, ms);
  const edit = observe(testClient.room.edit(1, 'x'));
  await advance(10);
  return { ...testClient, edit };
}

describe("the user's own edit below a delivered seq", () => {
  it('is delivered as late when it is acked, not when its gap closes', async () => {
    const { server, events, edit } = await createLateEditor();
    server.publish();
    await advance(2_500);
    expect(seqNumbers(events)).toEqual([1, 3]);
    await advance(200);
    expect(edit.isSettled).toBe(true);
    expect(seqNumbers(events)).toEqual([1, 3, [2]]);
    expect(requestedAfter(server)).toEqual([0, 1, 1]);
  });

  it('is delivered too if the log is being read at that moment', async () => {
    const { server, events } = await createLateEditor();
    server.publish();
    await advance(2_400);
    server.once('joinroom', (frame, peer) => {
      const reply = server.respond(frame, peer);
      setTimeout(() => peer.send(reply), 500);
    });
    server.allocateSeq();
    server.publish();
    await advance(1_000);
    expect(seqNumbers(events)).toEqual([1, 3, [2]]);
  });

  it('is delivered too if the log cannot be read at first', async () => {
    const { server, events } = await createLateEditor();
    server.publish();
    await advance(2_400);
    server.once('joinroom', (frame, peer) => {
      const reply = errorReply(frame, 'unavailable', { retryable: true, retryAfterMs: 100 });
      setTimeout(() => peer.send(reply), 500);
    });
    server.allocateSeq();
    server.publish();
    await advance(1_500);
    expect(seqNumbers(events)).toEqual([1, 3, [2]]);
  });

  it('costs no read if it was delivered before its ack', async () => {
    const { server, events, room } = await joinAndListen({ after: 0 });
    server.publish();
    server.once('editmessage', (frame, peer) => {
      const event = server.publish({ type: 'edited', target: 1, message: 'x', from: server.self });
      setTimeout(() => peer.send(ack(frame, { room: 'tea', seq: event.seq, target: 1 })), 100);
    });
    await eventually(room.edit(1, 'x'), 200);
    expect(seqNumbers(events)).toEqual([1, 2]);
    expect(requestedAfter(server)).toEqual([0]);
  });

  it('costs no read if it lies before the start of the room', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 9);
    const room = await join(client);
    const events = collectEvents(room);
    server.once('editmessage', (frame) => ack(frame, { room: 'tea', seq: 3, target: 1 }));
    expect((await eventually(room.edit(1, 'x'))).value).toMatchObject({ seq: 3 });
    await advance(1_000);
    expect(events).toEqual([]);
    expect(requestedAfter(server)).toEqual([undefined]);
  });

  it('costs one read if the log lacks it', async () => {
    const { server, room } = await joinAndListen({ after: 0 });
    server.publish();
    server.once('editmessage', (frame) => ack(frame, { room: 'tea', seq: 3, target: 1 }));
    await eventually(room.edit(1, 'x'));
    await advance(60_000);
    expect(requestedAfter(server)).toEqual([0, 1]);
  });
});
