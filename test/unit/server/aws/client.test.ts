import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createAwsClient, type RequestLimits } from '../../../../src/server/aws/client.ts';
import { createPayload } from '../../../../src/server/aws/sigv4.ts';
import {
  FakeGateway,
  neverRespond,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fake-gateway.ts';

let gateway: FakeGateway;

beforeEach(async () => {
  gateway = await FakeGateway.start();
});

afterEach(async () => {
  jest.useRealTimers();
  await gateway.close();
});

/** A sender to the gateway, or to elsewhere. */
function createSender(endpoint = gateway.url) {
  const send = createAwsClient({
    endpoint,
    service: 'execute-api',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    now: Date.now,
  });
  return (patience: Partial<RequestLimits> = {}) =>
    send('/path', createPayload('text'), { timeoutMs: 10_000, ...patience });
}

/** Lets a test be the one that lets time pass, for our own code. */
const holdTime = () =>
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });

const respondPartly: Responder = (response) => {
  response.writeHead(200, { 'content-length': 100 }).write('the beginning');
};

const breakOff: Responder = (response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('the beginning', () => response.socket?.destroy());
};

describe('a request', () => {
  it('is answered with the status and without an error', async () => {
    gateway.responders = [respondWith(202, '{}')];
    expect(await createSender()()).toEqual({ status: 202, error: '' });
    expect(gateway.requests).toMatchObject([{ method: 'POST', path: '/path', body: 'text' }]);
  });

  it.each([
    'GoneException',
    'GoneException:http://internal.amazon.com/coral/com.amazonaws.coral.service/',
    'com.amazonaws.apigateway#GoneException',
  ])('is answered with the name of the error that is called %s', async (name) => {
    gateway.responders = [respondWith(410, '{}', { 'x-amzn-errortype': name })];
    expect(await createSender()()).toEqual({ status: 410, error: 'GoneException' });
  });

  it('has the socket of an earlier one, whatever the answer was', async () => {
    gateway.responders = [
      respondWith(200),
      respondWith(410, 'null'),
      respondWith(500, 'x'.repeat(100_000)),
    ];
    const send = createSender();
    for (const _ of [1, 2, 3, 4, 5]) await send();
    expect(gateway.sockets).toHaveLength(1);
  });

  it('waits for a socket where 128 are in use', async () => {
    const send = createSender();
    const answers = await Promise.all(Array.from({ length: 300 }, () => send()));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(gateway.sockets).toHaveLength(128);
  });

  it('leaves neither a timer nor a listener behind', async () => {
    holdTime();
    const { signal } = new AbortController();
    gateway.responders = [respondWith(200), resetConnection];
    const send = createSender();
    await send({ signal });
    await send({ signal });
    expect(jest.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a request on a socket that fails', () => {
  it('is sent again at once where the socket was a kept one', async () => {
    gateway.responders = [respondWith(200), resetConnection, respondWith(202)];
    const send = createSender();
    await send();
    expect(await send()).toEqual({ status: 202, error: '' });
    expect(gateway.sockets).toHaveLength(2);
  });

  it('has no answer where the socket was a new one', async () => {
    gateway.responders = [resetConnection, respondWith(200)];
    expect(await createSender()()).toEqual({ status: 0, error: 'ECONNRESET' });
  });

  it('has no answer where nobody listens', async () => {
    const { url } = gateway;
    await gateway.close();
    expect(await createSender(url)()).toEqual({ status: 0, error: 'ECONNREFUSED' });
  });

  it('has no answer where what comes is no HTTP', async () => {
    gateway.responders = [(response) => response.socket?.end('nonsense\r\n\r\n')];
    expect(await createSender()()).toMatchObject({
      status: 0,
      error: expect.stringMatching(/^HPE_/),
    });
  });

  it('has its answer once the status has come', async () => {
    gateway.responders = [breakOff, respondWith(202)];
    const send = createSender();
    expect(await send()).toEqual({ status: 200, error: '' });
    expect(await send()).toEqual({ status: 202, error: '' });
  });
});

describe('a request that is given up', () => {
  it('has no answer, and its socket is closed', async () => {
    holdTime();
    gateway.responders = [neverRespond];
    const result = createSender()({ timeoutMs: 1_000 });
    await gateway.waitForRequests(1);
    jest.advanceTimersByTime(1_000);
    expect(await result).toEqual({ status: 0, error: 'TimeoutError' });
    await gateway.waitForClosed();
  });

  it('has its answer where only the rest did not come', async () => {
    holdTime();
    gateway.responders = [respondPartly, respondWith(200)];
    const send = createSender();
    const result = send({ timeoutMs: 1_000 });
    await gateway.waitForRequests(1);
    // What was on its way before this one has arrived before it.
    await send();
    jest.advanceTimersByTime(1_000);
    expect(await result).toEqual({ status: 200, error: '' });
    await gateway.waitForClosed(gateway.sockets.slice(0, 1));
  });

  it('has not been waiting for a socket for longer', async () => {
    holdTime();
    gateway.responders = [neverRespond];
    const send = createSender();
    const hanging = Array.from({ length: 128 }, () => send());
    const waiting = send({ timeoutMs: 1_000 });
    await gateway.waitForRequests(128);
    jest.advanceTimersByTime(1_000);
    expect(await waiting).toEqual({ status: 0, error: 'TimeoutError' });
    jest.advanceTimersByTime(10_000);
    await Promise.all(hanging);
    await gateway.waitForClosed();
    expect(gateway.requests).toHaveLength(128);
  });

  it('is given up by its signal, and its socket is closed', async () => {
    const controller = new AbortController();
    gateway.responders = [neverRespond];
    const result = createSender()({ signal: controller.signal });
    await gateway.waitForRequests(1);
    controller.abort();
    expect(await result).toEqual({ status: 0, error: 'AbortError' });
    await gateway.waitForClosed();
  });

  it('is not sent at all where the signal came before it', async () => {
    const send = createSender();
    expect(await send({ signal: AbortSignal.abort() })).toEqual({ status: 0, error: 'AbortError' });
    await send();
    expect(gateway.requests).toHaveLength(1);
  });

  it('is not sent again, even if its socket was a kept one', async () => {
    holdTime();
    gateway.responders = [respondWith(200), neverRespond, respondWith(200)];
    const send = createSender();
    await send();
    const result = send({ timeoutMs: 1_000 });
    await gateway.waitForRequests(2);
    jest.advanceTimersByTime(1_000);
    expect(await result).toEqual({ status: 0, error: 'TimeoutError' });
    await gateway.waitForClosed();
    await send();
    expect(gateway.requests).toHaveLength(3);
  });
});

describe('a request to an https endpoint', () => {
  it('begins with a handshake of TLS', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const result = createSender(`https://127.0.0.1:${port}`)();
    const [socket] = await once(server, 'connection');
    const [hello] = await once(socket, 'data');
    // A record of type handshake.
    expect(hello[0]).toBe(22);
    socket.resetAndDestroy();
    expect(await result).toEqual({ status: 0, error: 'ECONNRESET' });
    await once(server.close(), 'close');
  });
});
