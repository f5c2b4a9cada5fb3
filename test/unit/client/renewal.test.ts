import { ack, errorReply, type FakeServer } from '../../helpers/fakes/fake-server.ts';
import {
  advance,
  atEveryMoment,
  collectEvents,
  createTestClient,
  eventually,
  flush,
  join,
  observe,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

const minute = 60_000;

/** A client that renews after ten minutes, in a room in which three things were said. */
async function createAgedClient(options: Parameters<typeof createTestClient>[0] = {}) {
  const testClient = createTestClient({ maxConnectionAgeMs: 10 * minute, ...options });
  const room = await join(testClient.client);
  const events = collectEvents(room);
  for (let index = 0; index < 3; index += 1) testClient.server.publish();
  await advance(10 * minute - 100);
  return { ...testClient, room, events };
}

const countOpen = (server: FakeServer) => server.peers.filter(({ isOpen }) => isOpen).length;

const toStates = ({ statuses }: Pick<ReturnType<typeof createTestClient>, 'statuses'>) =>
  statuses.map(({ state }) => state);

describe('a connection that grows old', () => {
  it('is replaced before the gateway’s two hours, and stays connected all the time', async () => {
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
  ])('is replaced at a time that chance (%d) moves by five per cent', async (chance, minutes) => {
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

  it('lets the new one join every room behind what it has, before the old one goes', async () => {
    const { server, client } = await createAgedClient();
    await join(client, {}, 'coffee');
    const [old] = server.peers;
    const seen: unknown[] = [];
    server.always('joinroom', (frame, peer) => {
      seen.push([frame['room'], frame['after'], old?.isOpen]);
      return server.respond(frame, peer);
    });
    await advance(minute);
    expect(seen).toEqual([
      ['tea', 3, true],
      ['coffee', 0, true],
    ]);
    expect(old?.isOpen).toBe(false);
  });

  it('is asked below an open hole, too', async () => {
    const { server } = await createAgedClient();
    server.allocateSeq();
    server.publish();
    await advance(minute);
    expect(server.requests('joinroom', server.peer)[0]).toMatchObject({ after: 3 });
  });

  it('goes only when its last request is answered', async () => {
    const { server, client } = await createAgedClient();
    const [old] = server.peers;
    const late: (() => void)[] = [];
    server.once('listrooms', (frame, peer) => {
      late.push(() => peer.send(ack(frame, { rooms: [] })));
    });
    const asked = observe(client.request('listrooms', {}, { timeoutMs: 5 * minute }));
    await advance(2_000);
    expect(server.peers).toHaveLength(2);
    expect([old?.isOpen, asked.isSettled]).toEqual([true, false]);
    for (const answer of late) answer();
    await advance(10);
    expect([old?.isOpen, asked.value]).toEqual([false, { rooms: [] }]);
  });

  it('loses and doubles nothing, at whatever moment of it something is said', async () => {
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

  it('lets nobody wait who sends meanwhile, and sends in order', async () => {
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

  it('takes along a room that is joined at whatever moment of it', async () => {
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

  it('that is lost while the new one joins is not missed', async () => {
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

describe('a renewal that fails', () => {
  it.each(['cut', 503, 'hang'] as const)(
    '(%s) is tried again, and the old one serves on',
    async (how) => {
      const testClient = await createAgedClient();
      testClient.server.handshakes.push(how, how);
      await advance(10_000);
      expect((await eventually(testClient.room.send('x'))).value).toMatchObject({ seq: 4 });
      await advance(minute);
      expect(testClient.server.peers).toHaveLength(2);
      expect(countOpen(testClient.server)).toBe(1);
      expect(toStates(testClient)).toEqual(['connecting', 'connected']);
    },
  );

  it('is tried again after growing pauses, as a connect is', async () => {
    const { server, sockets } = await createAgedClient();
    server.handshakes.push(...Array.from({ length: 20 }, () => 503));
    const tries: number[] = [];
    for (const ms of [200, 250, 500, 1_000, 2_000]) {
      await advance(ms);
      tries.push(sockets.length - 1);
    }
    expect(tries).toEqual([1, 2, 3, 4, 5]);
  });

  it('where the new one is lost at once brings a third', async () => {
    const testClient = await createAgedClient();
    testClient.server.once('joinroom', (_, peer) => peer.close());
    await advance(5_000);
    testClient.server.publish();
    await advance(10);
    expect(testClient.server.peers).toHaveLength(3);
    expect(countOpen(testClient.server)).toBe(1);
    expect(seqNumbers(testClient.events)).toEqual([1, 2, 3, 4]);
  });

  it.each([401, 403] as const)('with %i is over for good, and says so', async (status) => {
    const testClient = await createAgedClient();
    testClient.server.handshakes.push(status);
    await advance(10_000);
    expect(testClient.client.status).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect((await eventually(testClient.room.send('x'))).error?.code).toBe('refused');
    expect(countOpen(testClient.server)).toBe(0);
  });

  it('where the token is not to be had goes on asking', async () => {
    let asked = 0;
    const getToken = () => {
      asked += 1;
      return asked === 2 || asked === 3 ? Promise.reject(new Error('no token')) : `t${asked}`;
    };
    const testClient = await createAgedClient({ getToken });
    await advance(5_000);
    expect(testClient.server.peer.protocols).toContain('kaiwa.token.t4');
    expect(toStates(testClient)).toEqual(['connecting', 'connected']);
  });

  it('where the old one is lost meanwhile becomes a reconnect', async () => {
    const testClient = await createAgedClient();
    testClient.server.handshakes.push('hang');
    await advance(1_000);
    testClient.server.peer.close();
    testClient.server.write();
    await advance(2_000);
    expect(toStates(testClient)).toEqual([
      ...['connecting', 'connected', 'reconnecting', 'reconnecting', 'connected'],
    ]);
    expect(seqNumbers(testClient.events)).toEqual([1, 2, 3, 4]);
    expect(testClient.sockets.map(({ readyState }) => readyState)).toEqual([3, 3, 1]);
  });

  it('where the room is refused on the new one ends the room alone', async () => {
    const testClient = await createAgedClient();
    testClient.server.once('joinroom', (frame) => errorReply(frame, 'forbidden'));
    const end = jest.fn();
    testClient.room.on('end', end);
    await advance(5_000);
    await flush();
    expect(end).toHaveBeenCalledTimes(1);
    expect(testClient.client.status.state).toBe('connected');
    expect(countOpen(testClient.server)).toBe(1);
  });
});
