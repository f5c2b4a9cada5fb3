import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket as PackageWebSocket } from 'ws';
import { createClient } from '../../../src/client/index.ts';
import { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { classes, waitUntil } from './web-sockets.ts';

describe('Client without a server', () => {
  it.each(classes)('keeps retrying with the WebSocket of %s', async (_, WebSocket) => {
    const server = new FakeServer();
    const { url } = await startLoopbackServer(server).then(async (loopback) => {
      await loopback[Symbol.asyncDispose]();
      return loopback;
    });
    const client = createClient({ url, maxReconnectDelayMs: 1, ...(WebSocket && { WebSocket }) });
    let attempts = 0;
    const fifthAttempt = new Promise<void>((resolve) => {
      client.on('state', ({ retryAt }) => retryAt && ++attempts === 5 && resolve());
    });
    const connecting = client.connect().catch((thrown: unknown) => thrown);
    await fifthAttempt;
    await client.close();
    expect(await connecting).toMatchObject({ code: 'closed' });
  });
});

describe('Client beside another one', () => {
  it.each(classes)('tells the handshakes apart with the WebSocket of %s', async (_, WebSocket) => {
    const strictServer = new FakeServer();
    const slowServer = new FakeServer();
    strictServer.handshakes.push(403);
    slowServer.handshakes.push('hang');
    await using strictLoopback = await startLoopbackServer(strictServer);
    await using slowLoopback = await startLoopbackServer(slowServer);
    const options = { maxReconnectDelayMs: 1, ...(WebSocket && { WebSocket }) };
    const patient = createClient({ url: slowLoopback.url, ...options });
    const connecting = patient.connect();
    await waitUntil(() => slowServer.handshakes.length === 0);
    const refused = createClient({ url: strictLoopback.url, ...options });
    await expect(refused.connect()).rejects.toMatchObject({ code: 'refused' });
    for (const socket of slowLoopback.openSockets) socket.destroy();
    await connecting;
    await patient.close();
  });
});

describe('a process with a client', () => {
  const client = pathToFileURL(join(__dirname, '../../../src/client/index.ts'));

  it.each([
    ['ws', 'open'],
    ['ws', 'hang'],
    ['node', 'open'],
    ['node', 'hang'],
  ] as const)(
    'exits when its client is closed (WebSocket of %s, handshake %s)',
    async (from, handshake) => {
      const server = new FakeServer();
      server.handshakes.push(handshake);
      await using loopback = await startLoopbackServer(server);
      const script = `
      import { createClient } from '${client}';
      import { once } from 'node:events';
      import { WebSocket } from 'ws';
      const options = '${from}' === 'ws' ? { WebSocket } : {};
      const client = createClient({ url: '${loopback.url}', ...options });
      const joining = client.join('tea').catch(() => {});
      if ('${handshake}' === 'open') await (await joining).send('hello');
      else await once(process.stdin.resume(), 'end');
      await client.close();
      console.log(client.status.state, process.getActiveResourcesInfo().includes('Timeout'));`;
      const child = execFile(process.execPath, ['--input-type=module', '-e', script], {
        cwd: __dirname,
      });
      const output = child.stdout?.toArray();
      await waitUntil(() => server.handshakes.length === 0);
      child.stdin?.end();
      expect(await once(child, 'close')).toEqual([0, null]);
      expect((await output)?.join('')).toBe('closed false\n');
    },
  );
});

describe('a socket that never closes', () => {
  it('is terminated after two seconds with ws', async () => {
    const server = new FakeServer();
    await using loopback = await startLoopbackServer(server);
    const client = createClient({ url: loopback.url, WebSocket: PackageWebSocket });
    await client.connect();
    const [socket] = loopback.openSockets;
    socket?.pause();
    await client.close();
    socket?.resume();
    if (socket) await once(socket, 'close');
    expect(loopback.openSockets.size).toBe(0);
  });
});
