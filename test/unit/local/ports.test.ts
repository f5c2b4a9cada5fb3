import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { findBusyPort } from '../../../src/local/ports.ts';

const host = '127.0.0.1';
const servers = new Set<Server>();

/** Listens on a port, or on a free one. */
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

describe('firstTaken', () => {
  it('names a port that something listens on, with its variable', async () => {
    const port = await getBusyPort();
    expect(await findBusyPort(host, [await getFreePort(), port])).toBe(port);
  });

  it('names the first of two in the order given', async () => {
    const [one, two] = [await getBusyPort(), await getBusyPort()];
    expect(await findBusyPort(host, [one, two])).toBe(one);
    expect(await findBusyPort(host, [two, one])).toBe(two);
  });

  it('names none where all are free', async () => {
    expect(await findBusyPort(host, [await getFreePort(), await getFreePort()])).toBeUndefined();
    expect(await findBusyPort(host, [])).toBeUndefined();
  });

  it('lets go of the ports it tried, whatever it found', async () => {
    const one = await getFreePort();
    await findBusyPort(host, [one]);
    await close(await listen(one.port));
    await findBusyPort(host, [one, await getBusyPort()]);
    await expect(listen(one.port)).resolves.toBeDefined();
  });
});
