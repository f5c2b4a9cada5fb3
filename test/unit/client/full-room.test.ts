import { errorReply } from '../../helpers/fakes/replies.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { countOpen, createAgedClient, minute } from './aged-client.ts';
import { writeEvents } from './server-log.ts';
import {
  advance,
  createTestClient,
  eventually,
  joinAndListen,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

const refuse = (frame: Frame) => errorReply(frame, 'forbidden', { reason: 'full' });

describe('a room that is full', () => {
  it('rejects the first join without a retry, with the reason', async () => {
    const { server, client } = createTestClient();
    server.always('joinroom', refuse);
    const { error } = await eventually(client.join('tea'), minute);
    expect(error).toMatchObject({ code: 'forbidden', reason: 'full', retryable: false });
    expect(server.requests('joinroom')).toHaveLength(1);
  });

  it('rejects the first join also after a lost connection', async () => {
    const { server, client } = createTestClient();
    server.once('joinroom', (_, peer) => peer.close());
    server.once('joinroom', refuse);
    const { error } = await eventually(client.join('tea', { after: 0 }), minute);
    expect(error).toMatchObject({ code: 'forbidden', reason: 'full' });
  });

  it('is joined again as soon as it has space, and nothing is lost', async () => {
    const { server, room, events } = await joinAndListen({ after: 0 });
    const end = jest.fn();
    room.on('end', end);
    server.always('joinroom', refuse);
    server.peer.close();
    await advance(minute / 2);
    const send = observe(room.send('hello'));
    await advance(minute / 3);
    const tries = server.requests('joinroom', server.peer).length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(10);
    writeEvents(server, 3);
    server.always('joinroom', server.respond);
    await advance(minute / 2);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    expect(send.value).toMatchObject({ seq: 4 });
    expect(end).not.toHaveBeenCalled();
  });

  it('can be left while the client waits for space', async () => {
    const { server, room } = await joinAndListen({ after: 0 });
    server.always('joinroom', refuse);
    server.peer.close();
    await advance(minute);
    const tries = server.requests('joinroom').length;
    expect((await eventually(room.leave())).error).toBeUndefined();
    await advance(minute);
    expect(server.requests('joinroom')).toHaveLength(tries);
  });

  it('is served by the old connection while the new one may not join it', async () => {
    const { server, room, events } = await createAgedClient();
    server.always('joinroom', refuse);
    await advance(minute);
    expect(countOpen(server)).toBe(2);
    server.publish();
    expect((await eventually(room.send('x'))).value).toMatchObject({ seq: 5 });
    expect(seqNumbers(events).slice(-2)).toEqual([4, 5]);
    server.always('joinroom', server.respond);
    server.peers[0]?.close();
    writeEvents(server, 1);
    await advance(minute);
    expect(seqNumbers(events).at(-1)).toBe(6);
  });
});

describe('a rejoin that is forbidden without a reason', () => {
  it('ends the room without a retry', async () => {
    const { server, room } = await joinAndListen({ after: 0 });
    const end = jest.fn();
    room.on('end', end);
    server.always('joinroom', (frame) => errorReply(frame, 'forbidden'));
    server.peer.close();
    await advance(minute);
    expect(end).toHaveBeenCalledWith(expect.objectContaining({ code: 'forbidden' }));
    expect(server.requests('joinroom', server.peer)).toHaveLength(1);
  });
});
