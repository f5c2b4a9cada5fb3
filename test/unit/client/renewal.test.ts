import { ack, type Hostile, refusal } from '../../helpers/fakes/fake-server.ts';
import {
  atEveryMoment,
  enter,
  listen,
  numbers,
  pass,
  rig,
  settle,
  soon,
  useOwnTime,
  watch,
} from './setup.ts';

useOwnTime();

const minute = 60_000;

/** A client that renews after ten minutes, in a room in which three things were said. */
async function aged(options: Parameters<typeof rig>[0] = {}) {
  const made = rig({ renewMs: 10 * minute, ...options });
  const room = await enter(made.client);
  const events = listen(room);
  for (let one = 0; one < 3; one += 1) made.server.say();
  await pass(10 * minute - 100);
  return { ...made, room, events };
}

const open = (server: Hostile) => server.peers.filter(({ isOpen }) => isOpen).length;

const states = ({ statuses }: Pick<ReturnType<typeof rig>, 'statuses'>) =>
  statuses.map(({ state }) => state);

describe('a connection that grows old', () => {
  it('is replaced before the gateway’s two hours, and stays connected all the time', async () => {
    const { server, client, statuses } = rig();
    await soon(client.connect());
    await pass(109 * minute);
    expect(server.peers).toHaveLength(1);
    await pass(2 * minute);
    expect(server.peers).toHaveLength(2);
    expect(open(server)).toBe(1);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'connected']);
  });

  it.each([
    [0, 104.5],
    [0.9999, 115.5],
  ])('is replaced at a time that chance (%d) moves by five per cent', async (chance, minutes) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { server, client } = rig();
    await soon(client.connect());
    await pass((minutes - 0.1) * minute);
    expect(server.peers).toHaveLength(1);
    await pass(0.2 * minute);
    expect(server.peers).toHaveLength(2);
  });

  it('is replaced again and again', async () => {
    const { server, events } = await aged();
    await pass(100 * minute);
    server.say();
    await pass(10);
    expect(server.peers).toHaveLength(11);
    expect(open(server)).toBe(1);
    expect(numbers(events)).toEqual([1, 2, 3, 4]);
  });

  it('lets the new one join every room behind what it has, before the old one goes', async () => {
    const { server, client } = await aged();
    await enter(client, {}, 'coffee');
    const [old] = server.peers;
    const seen: unknown[] = [];
    server.always('joinroom', (frame, peer) => {
      seen.push([frame['room'], frame['after'], old?.isOpen]);
      return server.serve(frame, peer);
    });
    await pass(minute);
    expect(seen).toEqual([
      ['tea', 3, true],
      ['coffee', 0, true],
    ]);
    expect(old?.isOpen).toBe(false);
  });

  it('is asked below an open hole, too', async () => {
    const { server } = await aged();
    server.take();
    server.say();
    await pass(minute);
    expect(server.requests('joinroom', server.peer)[0]).toMatchObject({ after: 3 });
  });

  it('goes only when its last request is answered', async () => {
    const { server, client } = await aged();
    const [old] = server.peers;
    const late: (() => void)[] = [];
    server.once('listrooms', (frame, peer) => {
      late.push(() => peer.send(ack(frame, { rooms: [] })));
    });
    const asked = watch(client.request('listrooms', {}, { timeoutMs: 5 * minute }));
    await pass(2_000);
    expect(server.peers).toHaveLength(2);
    expect([old?.isOpen, asked.isSettled]).toEqual([true, false]);
    for (const answer of late) answer();
    await pass(10);
    expect([old?.isOpen, asked.value]).toEqual([false, { rooms: [] }]);
  });

  it('loses and doubles nothing, at whatever moment of it something is said', async () => {
    for (let after = 0; after < 16; after += 1) {
      const { server, events } = await aged();
      await pass(100 + after);
      server.say();
      server.write();
      await pass(1);
      server.say();
      await pass(minute);
      server.say();
      await pass(10);
      expect(numbers(events)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('lets nobody wait who sends meanwhile, and sends in order', async () => {
    const { server, room, events } = await aged();
    const sends = [];
    for (let time = 0; time < 150; time += 1) {
      sends.push(watch(room.send(`${time}`)));
      await pass(2);
    }
    await pass(100);
    expect(server.peers).toHaveLength(2);
    expect(sends.map(({ value }) => value?.seq)).toEqual(sends.map((_, index) => index + 4));
    expect(numbers(events)).toHaveLength(153);
  });

  it('takes along a room that is joined at whatever moment of it', async () => {
    await atEveryMoment(async (during) => {
      const made = await aged();
      const { server, client } = made;
      let coffee: ReturnType<typeof listen> = [];
      during(made, () => {
        void client.join('coffee').then((room) => {
          coffee = listen(room);
        });
      });
      await pass(2_000);
      expect(open(server)).toBe(1);
      expect(server.peer.rooms).toContain('coffee');
      server.say({ room: 'coffee' });
      await pass(10);
      expect(numbers(coffee)).toEqual([1]);
      await soon(client.close());
    });
  });

  it('that is lost while the new one joins is not missed', async () => {
    const { server, room, events } = await aged();
    server.once('joinroom', (frame, peer) => {
      server.peers[0]?.close();
      server.write();
      return server.serve(frame, peer);
    });
    await pass(5_000);
    expect((await soon(room.send('x'))).value).toMatchObject({ seq: 5 });
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(open(server)).toBe(1);
  });
});

describe('a renewal that fails', () => {
  it.each(['cut', 503, 'hang'] as const)(
    '(%s) is tried again, and the old one serves on',
    async (how) => {
      const made = await aged();
      made.server.handshakes.push(how, how);
      await pass(10_000);
      expect((await soon(made.room.send('x'))).value).toMatchObject({ seq: 4 });
      await pass(minute);
      expect(made.server.peers).toHaveLength(2);
      expect(open(made.server)).toBe(1);
      expect(states(made)).toEqual(['connecting', 'connected']);
    },
  );

  it('is tried again after growing pauses, as a connect is', async () => {
    const { server, sockets } = await aged();
    server.handshakes.push(...Array.from({ length: 20 }, () => 503));
    const tries: number[] = [];
    for (const ms of [200, 250, 500, 1_000, 2_000]) {
      await pass(ms);
      tries.push(sockets.length - 1);
    }
    expect(tries).toEqual([1, 2, 3, 4, 5]);
  });

  it('where the new one is lost at once brings a third', async () => {
    const made = await aged();
    made.server.once('joinroom', (_, peer) => peer.close());
    await pass(5_000);
    made.server.say();
    await pass(10);
    expect(made.server.peers).toHaveLength(3);
    expect(open(made.server)).toBe(1);
    expect(numbers(made.events)).toEqual([1, 2, 3, 4]);
  });

  it.each([401, 403] as const)('with %i is over for good, and says so', async (status) => {
    const made = await aged();
    made.server.handshakes.push(status);
    await pass(10_000);
    expect(made.client.status).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect((await soon(made.room.send('x'))).error?.code).toBe('refused');
    expect(open(made.server)).toBe(0);
  });

  it('where the token is not to be had goes on asking', async () => {
    let asked = 0;
    const getToken = () => {
      asked += 1;
      return asked === 2 || asked === 3 ? Promise.reject(new Error('no token')) : `t${asked}`;
    };
    const made = await aged({ getToken });
    await pass(5_000);
    expect(made.server.peer.protocols).toContain('kaiwa.token.t4');
    expect(states(made)).toEqual(['connecting', 'connected']);
  });

  it('where the old one is lost meanwhile becomes a reconnect', async () => {
    const made = await aged();
    made.server.handshakes.push('hang');
    await pass(1_000);
    made.server.peer.close();
    made.server.write();
    await pass(2_000);
    expect(states(made)).toEqual([
      ...['connecting', 'connected', 'reconnecting', 'reconnecting', 'connected'],
    ]);
    expect(numbers(made.events)).toEqual([1, 2, 3, 4]);
    expect(made.sockets.map(({ readyState }) => readyState)).toEqual([3, 3, 1]);
  });

  it('where the room is refused on the new one ends the room alone', async () => {
    const made = await aged();
    made.server.once('joinroom', (frame) => refusal(frame, 'forbidden'));
    const end = jest.fn();
    made.room.on('end', end);
    await pass(5_000);
    await settle();
    expect(end).toHaveBeenCalledTimes(1);
    expect(made.client.status.state).toBe('connected');
    expect(open(made.server)).toBe(1);
  });
});
