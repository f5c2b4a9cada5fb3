import { errorReply } from '../../helpers/fakes/replies.ts';
import { countOpen, createAgedClient, minute, toStates } from './aged-client.ts';
import { advance, eventually, flush, seqNumbers, useFakeClock } from './setup.ts';

useFakeClock();

describe('a failed renewal', () => {
  it.each(['cut', 429, 503, 'hang'] as const)(
    'is retried after %s while the old connection serves',
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

  it('is retried after growing pauses, as a connect is', async () => {
    const { server, sockets } = await createAgedClient();
    server.handshakes.push(...Array.from({ length: 20 }, () => 503));
    const tries: number[] = [];
    for (const ms of [200, 250, 500, 1_000, 2_000]) {
      await advance(ms);
      tries.push(sockets.length - 1);
    }
    expect(tries).toEqual([1, 2, 3, 4, 5]);
  });

  it('opens a third connection when the new one is lost at once', async () => {
    const testClient = await createAgedClient();
    testClient.server.once('joinroom', (_, peer) => peer.close());
    await advance(5_000);
    testClient.server.publish();
    await advance(10);
    expect(testClient.server.peers).toHaveLength(3);
    expect(countOpen(testClient.server)).toBe(1);
    expect(seqNumbers(testClient.events)).toEqual([1, 2, 3, 4]);
  });

  it.each([401, 403] as const)('closes the client after status %i', async (status) => {
    const testClient = await createAgedClient();
    testClient.server.handshakes.push(status);
    await advance(10_000);
    expect(testClient.client.status).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect((await eventually(testClient.room.send('x'))).error?.code).toBe('refused');
    expect(countOpen(testClient.server)).toBe(0);
  });

  it('asks for a token again when getToken fails', async () => {
    let calls = 0;
    const getToken = () => {
      calls += 1;
      return calls === 2 || calls === 3 ? Promise.reject(new Error('no token')) : `t${calls}`;
    };
    const testClient = await createAgedClient({ getToken });
    await advance(5_000);
    expect(testClient.server.peer.protocols).toContain('kaiwa.token.t4');
    expect(toStates(testClient)).toEqual(['connecting', 'connected']);
  });

  it('becomes a reconnect when the old connection is lost', async () => {
    const testClient = await createAgedClient();
    testClient.server.handshakes.push('hang');
    await advance(1_000);
    testClient.server.peer.close();
    testClient.server.write();
    await advance(2_000);
    expect(toStates(testClient)).toEqual([
      'connecting',
      'connected',
      'reconnecting',
      'reconnecting',
      'connected',
    ]);
    expect(seqNumbers(testClient.events)).toEqual([1, 2, 3, 4]);
    expect(testClient.sockets.map(({ readyState }) => readyState)).toEqual([3, 3, 1]);
  });

  it('ends only the room that the new connection may not join', async () => {
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
