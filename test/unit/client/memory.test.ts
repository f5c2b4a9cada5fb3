import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Client,
  type ClientOptions,
  createClient,
  type Room,
} from '../../../src/client/index.ts';
import { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { createFakeWebSockets } from '../../helpers/fakes/fake-web-socket.ts';
import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import { advance, eventually, flush, join, observe, useFakeClock } from './setup.ts';

jest.setTimeout(120_000);

useFakeClock();

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Returns the size of the heap after garbage collection, in bytes. */
async function measureHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await flush();
  }
  return process.memoryUsage().heapUsed;
}

/** Creates a client in a room of a server that keeps no state. */
async function createForgetfulServer(options: Partial<ClientOptions> = {}) {
  const server = new FakeServer();
  const { WebSocket, sockets } = createFakeWebSockets(server);
  const client = createClient({ url: 'wss://chat.example', WebSocket, ...options });
  let seq = 0;
  server.always('joinroom', (frame, peer) => {
    const { room } = frame;
    peer.rooms.add(room);
    return ack(frame, { room, seq, events: [], more: false, recovered: true });
  });
  server.always('sendmessage', (frame) => {
    seq += 1;
    return ack(frame, { room: 'tea', seq, sentAt: server.now });
  });
  const room = await join(client);
  room.on('event', () => {});
  const forget = () => {
    sockets.length = 0;
    server.peers.splice(0, server.peers.length - 1);
    server.peer.frames.length = 0;
  };
  return { server, client, room, forget };
}

/** Returns how much the heap grows in a round, in bytes. It warms up with half as many rounds. */
async function measureGrowth(
  rounds: number,
  round: (index: number) => Promise<void>,
): Promise<number> {
  let before = 0;
  for (let index = 0; index < rounds * 1.5; index += 1) {
    if (index === rounds / 2) before = await measureHeap();
    await round(index);
  }
  return ((await measureHeap()) - before) / rounds;
}

/** The growth that the engine itself causes, in bytes a round. Any leak is larger. */
const noise = 150;

/** Disrupts the connection in a way that depends on the index. */
async function disrupt(
  server: FakeServer,
  client: Client,
  room: Room,
  index: number,
): Promise<void> {
  if (index % 7 === 1) server.handshakes.push('cut');
  if (index % 7 === 2) server.handshakes.push(503);
  if (index % 7 === 3) server.once('identity', (_, peer) => peer.close());
  if (index % 7 === 4) server.once('joinroom', (_, peer) => peer.close());
  if (index % 7 === 5) server.once('sendmessage', (_, peer) => peer.close());
  if (index % 7 === 6) server.once('ping', (frame) => errorReply(frame, 'unauthenticated'));
  if (index % 7 === 6) observe(client.request('ping', {}));
  if (index % 50 === 0) observe(room.send('x'));
  server.peer.close();
  await advance(25);
}

describe('the memory of a long-lived client', () => {
  it('does not grow over ten thousand reconnects', async () => {
    const { server, client, room, forget } = await createForgetfulServer({
      maxReconnectDelayMs: 10,
    });
    let connected = 0;
    client.on('state', ({ state }) => {
      connected += Number(state === 'connected');
    });
    const grown = await measureGrowth(10_000, async (index) => {
      await disrupt(server, client, room, index);
      forget();
    });
    expect(connected).toBeGreaterThan(15_000);
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });

  it('does not grow over thousands of hanging handshakes', async () => {
    const { server, client, forget } = await createForgetfulServer();
    const grown = await measureGrowth(2_000, async () => {
      server.handshakes.push('hang');
      server.peer.close();
      await advance(15_600);
      forget();
    });
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });

  it('does not grow over thousands of renewals', async () => {
    const { client, forget } = await createForgetfulServer({ maxConnectionAgeMs: 60_000 });
    const grown = await measureGrowth(2_000, async () => {
      await advance(60_000);
      forget();
    });
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });

  it('does not grow over thousands of sends and requests that share a signal', async () => {
    const { client, room, forget } = await createForgetfulServer();
    const { signal } = new AbortController();
    const grown = await measureGrowth(6_000, async () => {
      observe(client.request('ping', {}, { signal }));
      observe(room.send('x', { signal }));
      await advance(3);
      forget();
    });
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });

  it('does not grow over thousands of unanswered requests', async () => {
    const { server, client, forget } = await createForgetfulServer();
    server.always('listrooms', () => undefined);
    const grown = await measureGrowth(4_000, async () => {
      observe(client.request('listrooms', {}, { timeoutMs: 2 }));
      observe(client.request('ping', {}));
      await advance(3);
      forget();
    });
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });

  it('does not grow over thousands of joins and leaves', async () => {
    const { client, forget } = await createForgetfulServer();
    const grown = await measureGrowth(2_000, async (index) => {
      observe(client.join(`room-${index}`).then((room) => room.leave()));
      await advance(10);
      forget();
    });
    expect(grown).toBeLessThan(noise);
    await eventually(client.close());
  });
});
