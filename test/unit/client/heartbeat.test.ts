import { advance, createTestClient, eventually, useFakeClock } from './setup.ts';

useFakeClock();

describe('the heartbeat', () => {
  it('sends a ping when nothing was sent for heartbeatMs', async () => {
    const { server, client } = createTestClient({ heartbeatMs: 60_000 });
    await eventually(client.connect());
    await advance(59_000);
    expect(server.requests('ping')).toHaveLength(0);
    await advance(1_000);
    expect(server.requests('ping')).toHaveLength(1);
    await advance(60_000);
    expect(server.requests('ping')).toHaveLength(2);
  });

  it('counts sent frames, not received ones', async () => {
    const { server, client } = createTestClient({ heartbeatMs: 60_000 });
    await eventually(client.connect());
    for (let minute = 0; minute < 10; minute += 1) {
      await eventually(client.request('listrooms', {}), 50_000);
    }
    expect(server.requests('ping')).toHaveLength(0);
    for (let minute = 0; minute < 10; minute += 1) {
      server.peer.send({ type: 'message' });
      await advance(50_000);
    }
    expect(server.requests('ping').length).toBeGreaterThan(7);
  });

  it('stays well below the ten idle minutes of the gateway by default', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    await advance(600_000);
    expect(server.requests('ping')).toHaveLength(2);
  });

  it('detects and replaces a dead connection', async () => {
    const { server, client, sockets } = createTestClient({ heartbeatMs: 60_000 });
    await eventually(client.connect());
    server.once('ping', () => undefined);
    await advance(72_000);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('never pings when heartbeatMs is infinite', async () => {
    const { server, client, sockets } = createTestClient({ heartbeatMs: Number.POSITIVE_INFINITY });
    await eventually(client.connect(), 3_600_000);
    expect(server.requests('ping')).toEqual([]);
    expect(sockets).toHaveLength(1);
  });
});
