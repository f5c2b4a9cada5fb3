import { errorReply } from '../../helpers/fakes/replies.ts';
import { writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  observe,
  type TestClient,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** How to bring a client into each state in which it may be closed. */
const states: Readonly<Record<string, (testClient: TestClient) => Promise<void>>> = {
  idle: async () => {},
  'asking for a token': async ({ client }) => {
    observe(client.connect());
  },
  'in a handshake that hangs': async ({ server, client }) => {
    server.handshakes.push('hang');
    observe(client.connect());
    await advance(100);
  },
  'waiting for its identity': async ({ server, client }) => {
    server.once('identity', () => undefined);
    observe(client.connect());
    await advance(100);
  },
  'pausing before it connects again': async ({ server, client }) => {
    server.handshakes.push(503);
    observe(client.connect());
    await advance(10);
  },
  'pausing after it lost its connection': async ({ server, client }) => {
    await join(client);
    server.peer.close();
    await advance(10);
  },
  joining: async ({ server, client }) => {
    server.once('joinroom', () => undefined);
    observe(client.join('tea'));
    await advance(100);
  },
  'pausing before it joins again': async ({ server, client }) => {
    server.once('joinroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(client.join('tea'));
    await advance(10);
  },
  'reading a log of many pages': async ({ server, client }) => {
    writeEvents(server, 150);
    server.once('joinroom', server.respond);
    server.once('joinroom', () => undefined);
    collectEvents(await join(client, { after: 0 }));
  },
  'waiting for a slow reader': async ({ server, client }) => {
    writeEvents(server, 3_000);
    await join(client, { after: 0 });
  },
  'sending, with pending requests': async ({ server, client }) => {
    const room = await join(client);
    for (const action of ['sendmessage', 'ping', 'history']) server.always(action, () => undefined);
    for (const text of 'abc') observe(room.send(text));
    observe(client.request('ping', {}));
    observe(room.history().next());
    await advance(100);
  },
  'pausing before it sends again': async ({ server, client }) => {
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(room.send('a'));
    await advance(3_000);
  },
  'buffering an early event': async ({ server, client }) => {
    collectEvents(await join(client));
    server.allocateSeq();
    server.publish();
    await advance(1_000);
  },
  'holding an open gap': async ({ server, client }) => {
    collectEvents(await join(client));
    server.allocateSeq();
    server.publish();
    await advance(5_000);
  },
  'leaving a room': async ({ server, client }) => {
    const room = await join(client);
    server.always('leaveroom', () => undefined);
    observe(room.leave());
    await advance(100);
  },
  'renewing, in a handshake that hangs': async ({ server, client }) => {
    await join(client);
    server.handshakes.push('hang');
    await advance(6_600_000);
  },
  'renewing, waiting for its identity': async ({ server, client }) => {
    await join(client);
    server.once('identity', () => undefined);
    await advance(6_600_000);
  },
  'renewing, joining': async ({ server, client }) => {
    await join(client);
    server.once('joinroom', () => undefined);
    await advance(6_600_000);
  },
  'pausing before it renews again': async ({ server, client }) => {
    await join(client);
    server.handshakes.push(503, 503, 503, 503);
    await advance(6_600_500);
  },
};

describe('Client.close', () => {
  it.each(Object.entries(states))(
    'leaves nothing behind when the client is %s',
    async (_, arrange) => {
      const testClient = createTestClient();
      await arrange(testClient);
      const { client, sockets, server, statuses } = testClient;
      const opened = sockets.length;
      const sent = server.received.frames.length;
      let whenClosed: number[] = [];
      const closing = client.close().then(() => {
        whenClosed = sockets.map(({ readyState }) => readyState);
      });
      expect(client.status).toEqual({ state: 'closed' });
      await eventually(closing, 10);
      expect(jest.getTimerCount()).toBe(0);
      expect(whenClosed).toEqual(sockets.map(() => 3));
      await advance(8 * 3_600_000);
      expect(sockets).toHaveLength(opened);
      expect(server.received.frames).toHaveLength(sent);
      expect(statuses.filter(({ state }) => state === 'closed')).toHaveLength(1);
      expect(statuses.at(-1)).toEqual({ state: 'closed' });
    },
  );
});
