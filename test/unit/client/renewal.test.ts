import { ack } from '../../helpers/fakes/replies.ts';
import { countOpen, createAgedClient, minute } from './aged-client.ts';
import {
  advance,
  atEveryMoment,
  collectEvents,
  createTestClient,
  eventually,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('an old connection', () => {
  it('is replaced before two hours while the client stays connected', async () => {
    const { server, client, statuses } = createTestClient();
    await eventually(client.connect());
    await advance(109 * minute);
    expect(server.peers).toHaveLength(1);
    await advance(2 * minute);
    expect(server.peers).toHaveLength(2);
    expect(countOpen(server)).toBe(1);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'connected']);
  });

  it.each([
    [0, 104.5],
    [0.9999, 115.5],
  ])('is replaced within five percent of its maximum age (random %d)', async (chance, minutes) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { server, client } = createTestClient();
    await eventually(client.connect());
    await advance((minutes - 0.1) * minute);
    expect(server.peers).toHaveLength(1);
    await advance(0.2 * minute);
    expect(server.peers).toHaveLength(2);
  });

  it('is replaced again and again', async () => {
    const { server, events } = await createAgedClient();
    await advance(100 * minute);
    server.publish();
    await advance(10);
    expect(server.peers).toHaveLength(11);
    expect(countOpen(server)).toBe(1);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
  });

  it('stays open until the new one has joined every room', async () => {
    const { server, client } = await createAgedClient();
    await join(client, {}, 'coffee');
    const [old] = server.peers;
    const joins: unknown[] = [];
    server.always('joinroom', (frame, peer) => {
      joins.push([frame['room'], frame['after'], old?.isOpen]);
      return server.respond(frame, peer);
    });
    await advance(minute);
    expect(joins).toEqual([
      ['tea', 3, true],
      ['coffee', 0, true],
    ]);
    expect(old?.isOpen).toBe(false);
  });

  it('lets the new one recover from below an open gap', async () => {
    const { server } = await createAgedClient();
    server.allocateSeq();
    server.publish();
    await advance(minute);
    expect(server.requests('joinroom', server.peer)[0]).toMatchObject({ after: 3 });
  });

  it('stays open until its last request is answered', async () => {
    const { server, client } = await createAgedClient();
    const [old] = server.peers;
    const heldAnswers: (() => void)[] = [];
    server.once('listrooms', (frame, peer) => {
      heldAnswers.push(() => peer.send(ack(frame, { rooms: [] })));
    });
    const response = observe(client.request('listrooms', {}, { timeoutMs: 5 * minute }));
    await advance(2_000);
    expect(server.peers).toHaveLength(2);
    expect([old?.isOpen, response.isSettled]).toEqual([true, false]);
    for (const answer of heldAnswers) answer();
    await advance(10);
    expect([old?.isOpen, response.value]).toEqual([false, { rooms: [] }]);
  });

  it('loses and repeats no event that is sent at any moment', async () => {
    for (let after = 0; after < 16; after += 1) {
      const { server, events } = await createAgedClient();
      await advance(100 + after);
      server.publish();
      server.write();
      await advance(1);
      server.publish();
      await advance(minute);
      server.publish();
      await advance(10);
      expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('delays no send, and keeps their order', async () => {
    const { server, room, events } = await createAgedClient();
    const sends = [];
    for (let time = 0; time < 150; time += 1) {
      sends.push(observe(room.send(`${time}`)));
      await advance(2);
    }
    await advance(100);
    expect(server.peers).toHaveLength(2);
    expect(sends.map(({ value }) => value?.seq)).toEqual(sends.map((_, index) => index + 4));
    expect(seqNumbers(events)).toHaveLength(153);
  });

  it('moves a room along that is joined at any moment', async () => {
    await atEveryMoment(async (during) => {
      const testClient = await createAgedClient();
      const { server, client } = testClient;
      let coffee: ReturnType<typeof collectEvents> = [];
      during(testClient, () => {
        void client.join('coffee').then((room) => {
          coffee = collectEvents(room);
        });
      });
      await advance(2_000);
      expect(countOpen(server)).toBe(1);
      expect(server.peer.rooms).toContain('coffee');
      server.publish({ room: 'coffee' });
      await advance(10);
      expect(seqNumbers(coffee)).toEqual([1]);
      await eventually(client.close());
    });
  });

  it('may be lost while the new one joins', async () => {
    const { server, room, events } = await createAgedClient();
    server.once('joinroom', (frame, peer) => {
      server.peers[0]?.close();
      server.write();
      return server.respond(frame, peer);
    });
    await advance(5_000);
    expect((await eventually(room.send('x'))).value).toMatchObject({ seq: 5 });
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(countOpen(server)).toBe(1);
  });
});
