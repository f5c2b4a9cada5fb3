import { pass, rig, soon, useOwnTime } from './setup.ts';

useOwnTime();

describe('the heartbeat', () => {
  it('is a ping where nothing was sent for heartbeatMs', async () => {
    const { server, client } = rig({ heartbeatMs: 60_000 });
    await soon(client.connect());
    await pass(59_000);
    expect(server.requests('ping')).toHaveLength(0);
    await pass(1_000);
    expect(server.requests('ping')).toHaveLength(1);
    await pass(60_000);
    expect(server.requests('ping')).toHaveLength(2);
  });

  it('is not sent where something else was, and is where something only came', async () => {
    const { server, client } = rig({ heartbeatMs: 60_000 });
    await soon(client.connect());
    for (let minute = 0; minute < 10; minute += 1) {
      await soon(client.request('listrooms', {}), 50_000);
    }
    expect(server.requests('ping')).toHaveLength(0);
    for (let minute = 0; minute < 10; minute += 1) {
      server.peer.send({ type: 'message' });
      await pass(50_000);
    }
    expect(server.requests('ping').length).toBeGreaterThan(7);
  });

  it('is well inside the gateway’s ten idle minutes by default', async () => {
    const { server, client } = rig();
    await soon(client.connect());
    await pass(600_000);
    expect(server.requests('ping')).toHaveLength(2);
  });

  it('finds a connection that died in silence, and replaces it', async () => {
    const { server, client, sockets } = rig({ heartbeatMs: 60_000 });
    await soon(client.connect());
    server.once('ping', () => undefined);
    await pass(72_000);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('can be set to never', async () => {
    const { server, client, sockets } = rig({ heartbeatMs: Number.POSITIVE_INFINITY });
    await soon(client.connect(), 3_600_000);
    expect(server.requests('ping')).toEqual([]);
    expect(sockets).toHaveLength(1);
  });
});
