import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { firstTaken } from '../../../src/local/ports.ts';

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

async function taken() {
  const { port } = (await listen()).address() as AddressInfo;
  return { port, variable: `PORT_${port}` };
}

async function free() {
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
    const port = await taken();
    expect(await firstTaken(host, [await free(), port])).toBe(port);
  });

  it('names the first of two in the order given', async () => {
    const [one, two] = [await taken(), await taken()];
    expect(await firstTaken(host, [one, two])).toBe(one);
    expect(await firstTaken(host, [two, one])).toBe(two);
  });

  it('names none where all are free', async () => {
    expect(await firstTaken(host, [await free(), await free()])).toBeUndefined();
    expect(await firstTaken(host, [])).toBeUndefined();
  });

  it('lets go of the ports it tried, whatever it found', async () => {
    const one = await free();
    await firstTaken(host, [one]);
    await close(await listen(one.port));
    await firstTaken(host, [one, await taken()]);
    await expect(listen(one.port)).resolves.toBeDefined();
  });
});
