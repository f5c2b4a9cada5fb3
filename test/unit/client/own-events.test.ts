import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  observe,
  seqNumbers,
  texts,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('own events', () => {
  it('delivers an own event once, marked and in its place, even if it is pushed too', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    server.always('sendmessage', (frame, peer) => {
      const reply = server.respond(frame, peer);
      const ownEvent = server.log().at(-1);
      peer.send(ownEvent);
      peer.send(ownEvent);
      return reply;
    });
    server.publish();
    await eventually(Promise.all([room.send('hello'), room.send('there', { replyTo: 1 })]));
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    expect(events.map((event) => 'own' in event && event.own)).toEqual([false, true, true, false]);
    expect(events[2]).toEqual({ ...server.log()[2], own: true });
  });

  it('delivers a sent message as the log has it', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    await eventually(room.send('hello'));
    expect(events).toEqual([{ ...server.log()[0], own: true }]);
  });

  it('marks events of the log as own that another device sent', async () => {
    const { server, client } = createTestClient();
    server.write({ from: server.self });
    server.write();
    const room = await join(client, { after: 0 });
    const events = collectEvents(room);
    await advance(0);
    expect(events.map((event) => 'own' in event)).toEqual([true, false]);
  });

  it('holds an own event back until the earlier ones come', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    server.write();
    const sent = await eventually(room.send('hello'), 20);
    expect(sent.value).toMatchObject({ seq: 2 });
    expect(events).toEqual([]);
    await advance(300);
    expect(texts(events)).toEqual(['message 1', 'hello']);
  });

  it('reads own events from the log when an older server does not know the identity action', async () => {
    const { server, client } = createTestClient();
    server.always('identity', (frame) => errorReply(frame, 'unknown_action'));
    const room = await join(client);
    const events = collectEvents(room);
    await eventually(room.send('hello'));
    expect(texts(events)).toEqual(['hello']);
  });

  it('reads own edits, reactions and deletions from the log, in order and once', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    observe(room.send('helo'));
    observe(room.edit(1, 'hello'));
    observe(room.react(1, '👍', true));
    const deletion = await eventually(room.delete(1));
    expect(deletion.value).toEqual({ room: 'tea', seq: 4, target: 1 });
    expect(events.map(({ type }) => type)).toEqual(['message', 'edited', 'reaction', 'deleted']);
    expect(events.every((event) => 'own' in event)).toBe(true);
    expect(events[2]).toMatchObject({ target: 1, emoji: '👍', on: true });
  });

  it('delivers an own edit even if the log cannot be read at first', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    await eventually(room.send('helo'));
    for (let time = 0; time < 3; time += 1)
      server.once('joinroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    server.once('joinroom', () => undefined);
    expect((await eventually(room.edit(1, 'hello'))).value).toMatchObject({ seq: 2 });
    await advance(30_000);
    expect(seqNumbers(events)).toEqual([1, 2]);
  });

  it('retries an edit with the same id, as a send', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('editmessage', (frame, peer) => {
      server.respond(frame, peer);
      peer.close();
    });
    server.once('editmessage', (frame) => ack(frame, { room: 'tea', seq: 9, target: 1 }));
    expect((await eventually(room.edit(1, 'x', { id: 'e1' }), 5_000)).value).toMatchObject({
      seq: 9,
    });
    expect(server.requests('editmessage').map(({ id }) => id)).toEqual(['e1', 'e1']);
  });
});
