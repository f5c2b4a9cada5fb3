import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createPayload } from '../../../../src/server/aws/sigv4.ts';
import { createPostToConnection } from '../../../../src/server/delivery/post-to-connection.ts';
import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import {
  FaultProxy,
  neverRespond,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fault-proxy.ts';

const connectionId = 'bZ/NAd+jMCKCw=';
const frame = '{"type":"message","message":"お茶 🍵"}';

let gateway: FaultProxy;
let failures: [connectionId: string, cause: unknown][];

beforeEach(async () => {
  gateway = await FaultProxy.start();
  failures = [];
  // Remove the delay between two attempts.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
});

/** Posts a frame with the given responses of API Gateway. */
function post(responders: Responder[], { budgetMs = 10_000, to = connectionId } = {}) {
  gateway.responders = responders;
  const send = createAwsClient({
    endpoint: gateway.url,
    service: 'execute-api',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    now: Date.now,
  });
  const onFailure = (...failure: (typeof failures)[number]) => failures.push(failure);
  return createPostToConnection(send, budgetMs, onFailure)(to, createPayload(frame));
}

describe('createPostToConnection', () => {
  it('posts the bytes of the frame to the connection in one request', async () => {
    expect(await post([respondWith(200)])).toBe('delivered');
    expect(gateway.requests).toMatchObject([
      { method: 'POST', path: '/@connections/bZ%2FNAd%2BjMCKCw%3D', body: frame },
    ]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['a 410 of AWS', respondWith(410, '{}', { 'x-amzn-errortype': 'GoneException' })],
    ['a 410 of a local stack', respondWith(410, 'null')],
    ['an empty 410', respondWith(410)],
    ['only the error name', respondWith(404, '', { 'x-amzn-errortype': 'GoneException' })],
  ])('returns gone after %s, without a retry and without a report', async (_case, responder) => {
    expect(await post([responder])).toBe('gone');
    expect(gateway.requests).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it.each([
    [302, 'Error'],
    [400, 'BadRequestException'],
    [403, 'ForbiddenException'],
    [413, 'PayloadTooLargeException'],
  ])('fails after the status %i without a retry, and reports it once', async (code, name) => {
    expect(await post([respondWith(code, '{"message":"no"}', { 'x-amzn-errortype': name })])).toBe(
      'failed',
    );
    expect(gateway.requests).toHaveLength(1);
    expect(failures).toMatchObject([[connectionId, { name, message: `status ${code}` }]]);
  });

  it.each([
    ['throttling', respondWith(429, '{}', { 'x-amzn-errortype': 'LimitExceededException' })],
    ['a server error', respondWith(500, '{}')],
    ['a reset', resetConnection],
  ])('retries after %s', async (_case, responder) => {
    expect(await post([responder, respondWith(200)])).toBe('delivered');
    expect(gateway.requests.map(({ body }) => body)).toEqual([frame, frame]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['server errors', respondWith(500, '{}'), { name: 'Error', message: 'status 500' }],
    ['resets', resetConnection, { name: 'ECONNRESET', message: 'no response' }],
  ])('fails after five attempts with %s, and reports it once', async (_case, responder, cause) => {
    expect(await post([responder])).toBe('failed');
    expect(gateway.requests).toHaveLength(5);
    expect(failures).toMatchObject([[connectionId, cause]]);
  });

  it('fails when a recipient is silent for the whole budget', async () => {
    expect(await post([neverRespond], { budgetMs: 150 })).toBe('failed');
    expect(failures).toMatchObject([[connectionId, { name: 'TimeoutError' }]]);
    await gateway.waitForClosed();
  });

  it('fails without a report at its deadline', async () => {
    const result = withTimeout(50, () => post([neverRespond]));
    expect(await result).toBe('failed');
    expect(failures).toEqual([]);
    await gateway.waitForClosed();
  });

  it('does not throw for an id that is not well-formed text', async () => {
    expect(await post([respondWith(200)], { to: '\ud800' })).toBe('failed');
    expect(failures).toMatchObject([['\ud800', { name: 'URIError' }]]);
  });
});
