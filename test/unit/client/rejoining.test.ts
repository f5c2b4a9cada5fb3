import type { Client, ClientOptions, RequestOptions } from '../../../src/client/index.ts';
import { type Answer, ack, refusal } from '../../helpers/fakes/fake-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { atEveryMoment, enter, pass, rig, soon, useOwnTime, watch } from './setup.ts';

useOwnTime();

const page = { room: 'tea', messages: [], more: false };

/** Shows a room to nobody who is not in it. */
const toMembers = (frame: Frame, { rooms }: Parameters<Answer>[1]) =>
  rooms.has(frame['room']) ? ack(frame, page) : refusal(frame, 'not_member');

const history = (client: Client, options?: RequestOptions) =>
  client.request('history', { room: 'tea' }, options);

/** A client in a room of a server that shows it to members alone. */
async function inRoom(options: Partial<ClientOptions> = {}) {
  const made = rig(options);
  made.server.always('history', toMembers);
  const room = await enter(made.client);
  return { ...made, room };
}

/** Such a client that is connected again, and let into the room again when it is told. */
async function cutOff() {
  const made = await inRoom();
  const { server } = made;
  const waiting: (() => void)[] = [];
  server.always('joinroom', (frame, peer) => {
    waiting.push(() => peer.send(server.serve(frame, peer)));
  });
  server.peer.close();
  await pass(1_000);
  expect(made.client.status.state).toBe('connected');
  const letIn = () => {
    server.always('joinroom', server.serve);
    for (const answer of waiting.splice(0)) answer();
  };
  return { ...made, letIn };
}

describe('a request that names a room that is joined here', () => {
  it('is granted right after a reconnect', async () => {
    const { server, client } = await inRoom();
    const asked = new Promise((resolve) => {
      client.on('state', ({ state }) => state === 'connected' && resolve(history(client)));
    });
    server.peer.close();
    expect((await soon(asked, 1_000)).value).toEqual(page);
  });

  it('is granted while it is joined for the first time', async () => {
    const { server, client } = rig();
    server.always('history', toMembers);
    watch(client.join('tea'));
    expect((await soon(history(client))).value).toEqual(page);
  });

  it('goes out when one is there again, once', async () => {
    const { server, client, letIn } = await cutOff();
    const asked = watch(history(client));
    await pass(5_000);
    expect([asked.isSettled, server.requests('history')]).toEqual([false, []]);
    letIn();
    await pass(10);
    expect(asked.value).toEqual(page);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it('times out as any other while one is not, and is not sent then', async () => {
    const { server, client, letIn } = await cutOff();
    const asked = await soon(history(client, { timeoutMs: 100 }), 110);
    expect(asked.error).toMatchObject({ code: 'timeout', retryable: true });
    letIn();
    await pass(10);
    expect(server.requests('history')).toEqual([]);
  });

  it('has no more time for its answer because it has waited', async () => {
    const { server, client, letIn } = await cutOff();
    server.always('history', () => undefined);
    const asked = watch(history(client, { timeoutMs: 100 }));
    await pass(90);
    letIn();
    await pass(9);
    expect([asked.isSettled, server.requests('history').length]).toEqual([false, 1]);
    await pass(5);
    expect(asked.error?.code).toBe('timeout');
  });

  it('that aborts meanwhile throws the reason, and is not sent', async () => {
    const { server, client, letIn } = await cutOff();
    const abort = new AbortController();
    const asked = watch(history(client, { signal: abort.signal }));
    abort.abort('enough');
    letIn();
    await pass(10);
    expect(asked.error).toBe('enough');
    expect(server.requests('history')).toEqual([]);
  });

  it('waits on where that connection is lost too', async () => {
    const { server, client, letIn } = await cutOff();
    const asked = watch(history(client));
    server.peer.close();
    await pass(10);
    letIn();
    await pass(2_000);
    expect(asked.value).toEqual(page);
    expect(server.requests('history')).toHaveLength(1);
  });

  it('throws why one may not be there any more', async () => {
    const { server, client } = await cutOff();
    server.always('joinroom', (frame) => refusal(frame, 'forbidden'));
    server.peer.close();
    expect((await soon(history(client), 2_000)).error?.code).toBe('forbidden');
  });

  it('is over where the room is left, or the client closed', async () => {
    for (const end of ['leave', 'close'] as const) {
      const made = await cutOff();
      const asked = watch(history(made.client));
      void (end === 'leave' ? made.room.leave() : made.client.close());
      await pass(0);
      expect(asked.error?.code).toBe('closed');
    }
  });
});

describe('while a room is being joined again', () => {
  it.each([{ room: 'coffee' }, {}])('a request about %j goes out at once', async (fields) => {
    const { server, client } = await cutOff();
    server.always('history', (frame) => ack(frame, page));
    watch(client.join('undefined'));
    await pass(1);
    expect((await soon(client.request('history', fields))).value).toEqual(page);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it.each(['joinroom', 'leaveroom'] as const)('%s itself goes out at once', async (action) => {
    const { server, client } = await cutOff();
    watch(client.request(action, { room: 'tea', id: 'mine' }));
    await pass(10);
    expect(server.requests(action, server.peer)).toContainEqual({
      action,
      room: 'tea',
      id: 'mine',
    });
  });

  it('leaving it is not delayed', async () => {
    const { server, room } = await cutOff();
    expect(await soon(room.leave())).toMatchObject({ isSettled: true });
    expect(server.requests('leaveroom', server.peer)).toHaveLength(1);
  });
});

describe('while a connection is being renewed', () => {
  const renewMs = 600_000;

  it('a request that names a room is granted at whatever moment', async () => {
    await atEveryMoment(async (during) => {
      const made = await inRoom({ renewMs });
      const { server, client } = made;
      server.write();
      let asked: ReturnType<typeof watch> | undefined;
      during(made, () => {
        asked = watch(history(client));
      });
      await pass(renewMs * 1.06);
      expect(asked?.value).toEqual(page);
      await soon(client.close());
    });
  });

  it('a request goes out on the old one as long as that is there, and on the new one then', async () => {
    const { server, client } = await inRoom({ renewMs });
    const held: (() => void)[] = [];
    server.once('joinroom', (frame, peer) => {
      held.push(() => peer.send(server.serve(frame, peer)));
    });
    await pass(renewMs * 1.005);
    const [old] = server.peers;
    expect((await soon(history(client))).value).toEqual(page);
    old?.close();
    await pass(5);
    const asked = await soon(history(client));
    expect(asked.isSettled).toBe(false);
    for (const answer of held) answer();
    await pass(10);
    expect(asked.value).toEqual(page);
    expect(server.peers.map((peer) => server.requests('history', peer).length)).toEqual([1, 1]);
  });
});
