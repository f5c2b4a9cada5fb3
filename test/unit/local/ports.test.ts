import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { findBusyPort } from '../../../src/local/ports.ts';

const host = '127.0.0.1';
const servers = new Set<Server>();

/** Listens on a port. @default a free port */
async function listen(port = 0) {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  servers.add(server);
  return server;
}

async function close(server: Server): Promise<void> {
  servers.delete(server);
  await once(server.close(), 'close');
}

async function getBusyPort() {
  const { port } = (await listen()).address() as AddressInfo;
  return { port, variable: `PORT_${port}` };
}

async function getFreePort() {
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  await close(server);
  return { port, variable: `PORT_${port}` };
}

afterEach(async () => {
  await Promise.all([...servers].map(close));
});

describe('findBusyPort', () => {
  it('returns a port that a server listens on, with its variable', async () => {
    const port = await getBusyPort();
    expect(await findBusyPort(host, [await getFreePort(), port])).toBe(port);
  });

  it('returns the first of two busy ports in the given order', async () => {
    const first = await getBusyPort();
    const second = await getBusyPort();
    expect(await findBusyPort(host, [first, second])).toBe(first);
    expect(await findBusyPort(host, [second, first])).toBe(second);
  });

  it('returns undefined if all ports are free', async () => {
    expect(await findBusyPort(host, [await getFreePort(), await getFreePort()])).toBeUndefined();
    expect(await findBusyPort(host, [])).toBeUndefined();
  });

  it('releases the ports that it tried', async () => {
    const free = await getFreePort();
    await findBusyPort(host, [free]);
    await close(await listen(free.port));
    await findBusyPort(host, [free, await getBusyPort()]);
    await expect(listen(free.port)).resolves.toBeDefined();
  });
});
