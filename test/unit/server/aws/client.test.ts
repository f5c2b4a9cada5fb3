import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  FaultProxy,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fault-proxy.ts';
import { createSender, useFakeTimers } from './setup.ts';

let gateway: FaultProxy;

beforeEach(async () => {
  gateway = await FaultProxy.start();
});

afterEach(async () => {
  jest.useRealTimers();
  await gateway.close();
});

const breakOff: Responder = (response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('the beginning', () => response.socket?.destroy());
};

describe('createAwsClient', () => {
  it('resolves with the status and without an error', async () => {
    gateway.responders = [respondWith(202, '{}')];
    expect(await createSender(gateway.url)()).toEqual({ status: 202, error: '' });
    expect(gateway.requests).toMatchObject([{ method: 'POST', path: '/path', body: 'text' }]);
  });

  it.each([
    'GoneException',
    'GoneException:http://internal.amazon.com/coral/com.amazonaws.coral.service/',
    'com.amazonaws.apigateway#GoneException',
  ])('resolves with the name of the error in the header %s', async (name) => {
    gateway.responders = [respondWith(410, '{}', { 'x-amzn-errortype': name })];
    expect(await createSender(gateway.url)()).toEqual({ status: 410, error: 'GoneException' });
  });

  it('reuses a socket after any response', async () => {
    gateway.responders = [
      respondWith(200),
      respondWith(410, 'null'),
      respondWith(500, 'x'.repeat(100_000)),
    ];
    const send = createSender(gateway.url);
    for (let count = 0; count < 5; count += 1) await send();
    expect(gateway.sockets).toHaveLength(1);
  });

  it('opens up to 128 sockets, and waits for a free one after that', async () => {
    const send = createSender(gateway.url);
    const responses = await Promise.all(Array.from({ length: 300 }, () => send()));
    expect(responses.every((response) => response.status === 200)).toBe(true);
    expect(gateway.sockets).toHaveLength(128);
  });

  it('leaves neither a timer nor a listener behind', async () => {
    useFakeTimers();
    const { signal } = new AbortController();
    gateway.responders = [respondWith(200), resetConnection];
    const send = createSender(gateway.url);
    await send({ signal });
    await send({ signal });
    expect(jest.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('resends a request at once if the server had closed its idle socket', async () => {
    gateway.responders = [respondWith(200), resetConnection, respondWith(202)];
    const send = createSender(gateway.url);
    await send();
    expect(await send()).toEqual({ status: 202, error: '' });
    expect(gateway.sockets).toHaveLength(2);
  });

  it('does not resend a request if its new socket fails', async () => {
    gateway.responders = [resetConnection, respondWith(200)];
    expect(await createSender(gateway.url)()).toEqual({ status: 0, error: 'ECONNRESET' });
  });

  it('resolves with status 0 if no server listens', async () => {
    const { url } = gateway;
    await gateway.close();
    expect(await createSender(url)()).toEqual({ status: 0, error: 'ECONNREFUSED' });
  });

  it('resolves with status 0 if the response is not HTTP', async () => {
    gateway.responders = [(response) => response.socket?.end('nonsense\r\n\r\n')];
    expect(await createSender(gateway.url)()).toMatchObject({
      status: 0,
      error: expect.stringMatching(/^HPE_/),
    });
  });

  it('resolves with the status if the socket closes before the end of the body', async () => {
    gateway.responders = [breakOff, respondWith(202)];
    const send = createSender(gateway.url);
    expect(await send()).toEqual({ status: 200, error: '' });
    expect(await send()).toEqual({ status: 202, error: '' });
  });

  it('starts a TLS handshake with an https endpoint', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const result = createSender(`https://127.0.0.1:${port}`)();
    const [socket] = await once(server, 'connection');
    const [hello] = await once(socket, 'data');
    // 22 is the record type of a handshake.
    expect(hello[0]).toBe(22);
    socket.resetAndDestroy();
    expect(await result).toEqual({ status: 0, error: 'ECONNRESET' });
    await once(server.close(), 'close');
  });
});
