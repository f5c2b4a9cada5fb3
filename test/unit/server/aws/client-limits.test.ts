import {
  FaultProxy,
  neverRespond,
  type Responder,
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

const respondPartly: Responder = (response) => {
  response.writeHead(200, { 'content-length': 100 }).write('the beginning');
};

describe('createAwsClient', () => {
  it('closes the socket of a request that times out', async () => {
    useFakeTimers();
    gateway.responders = [neverRespond];
    const result = createSender(gateway.url)({ timeoutMs: 1_000 });
    await gateway.waitForRequests(1);
    jest.advanceTimersByTime(1_000);
    expect(await result).toEqual({ status: 0, error: 'TimeoutError' });
    await gateway.waitForClosed();
  });

  it('resolves with the status if only the rest of a response times out', async () => {
    useFakeTimers();
    gateway.responders = [respondPartly, respondWith(200)];
    const send = createSender(gateway.url);
    const result = send({ timeoutMs: 1_000 });
    await gateway.waitForRequests(1);
    // After this response, the earlier one has arrived too.
    await send();
    jest.advanceTimersByTime(1_000);
    expect(await result).toEqual({ status: 200, error: '' });
    await gateway.waitForClosed(gateway.sockets.slice(0, 1));
  });

  it('includes the wait for a free socket in the timeout', async () => {
    useFakeTimers();
    gateway.responders = [neverRespond];
    const send = createSender(gateway.url);
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

  it('closes the socket of a request that its signal aborts', async () => {
    const controller = new AbortController();
    gateway.responders = [neverRespond];
    const result = createSender(gateway.url)({ signal: controller.signal });
    await gateway.waitForRequests(1);
    controller.abort();
    expect(await result).toEqual({ status: 0, error: 'AbortError' });
    await gateway.waitForClosed();
  });

  it('sends nothing if the signal is already aborted', async () => {
    const send = createSender(gateway.url);
    expect(await send({ signal: AbortSignal.abort() })).toEqual({ status: 0, error: 'AbortError' });
    await send();
    expect(gateway.requests).toHaveLength(1);
  });

  it('does not resend a request that timed out on a reused socket', async () => {
    useFakeTimers();
    gateway.responders = [respondWith(200), neverRespond, respondWith(200)];
    const send = createSender(gateway.url);
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
