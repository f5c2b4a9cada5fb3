import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createPayload } from '../../../../src/server/aws/sigv4.ts';
import { createPostToConnection } from '../../../../src/server/delivery/post-to-connection.ts';
import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import {
  FakeGateway,
  neverRespond,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fake-gateway.ts';

const connectionId = 'bZ/NAd+jMCKCw=';
const frame = '{"type":"message","message":"お茶 🍵"}';

let gateway: FakeGateway;
let failures: [connectionId: string, cause: unknown][];

beforeEach(async () => {
  gateway = await FakeGateway.start();
  failures = [];
  // No test waits for a pause between two tries.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
});

/** Posts as the Lambda does, to a gateway that answers so. */
function post(answers: Responder[], { budgetMs = 10_000, to = connectionId } = {}) {
  gateway.responders = answers;
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

describe('a post', () => {
  it('is delivered by one call that bears the frame’s bytes to the connection', async () => {
    expect(await post([respondWith(200)])).toBe('delivered');
    expect(gateway.requests).toMatchObject([
      { method: 'POST', path: '/@connections/bZ%2FNAd%2BjMCKCw%3D', body: frame },
    ]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['as AWS says it', respondWith(410, '{}', { 'x-amzn-errortype': 'GoneException' })],
    ['as local stacks say it', respondWith(410, 'null')],
    ['by an empty 410', respondWith(410)],
    ['by the error’s name alone', respondWith(404, '', { 'x-amzn-errortype': 'GoneException' })],
  ])('is gone %s, at the first try and without a report', async (_case, answer) => {
    expect(await post([answer])).toBe('gone');
    expect(gateway.requests).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it.each([
    [302, 'Error'],
    [400, 'BadRequestException'],
    [403, 'ForbiddenException'],
    [413, 'PayloadTooLargeException'],
  ])('fails on %i at the first try and reports it once', async (code, name) => {
    expect(await post([respondWith(code, '{"message":"no"}', { 'x-amzn-errortype': name })])).toBe(
      'failed',
    );
    expect(gateway.requests).toHaveLength(1);
    expect(failures).toMatchObject([[connectionId, { name, message: `status ${code}` }]]);
  });

  it.each([
    ['a throttle', respondWith(429, '{}', { 'x-amzn-errortype': 'LimitExceededException' })],
    ['a server’s error', respondWith(500, '{}')],
    ['a reset', resetConnection],
  ])('is tried again after %s', async (_case, answer) => {
    expect(await post([answer, respondWith(200)])).toBe('delivered');
    expect(gateway.requests.map(({ body }) => body)).toEqual([frame, frame]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['a server that always errs', respondWith(500, '{}'), { name: 'Error', message: 'status 500' }],
    ['a server that always resets', resetConnection, { name: 'ECONNRESET', message: 'no response' }],
  ])('gives up %s after its tries and reports it once', async (_case, answer, cause) => {
    expect(await post([answer])).toBe('failed');
    expect(gateway.requests).toHaveLength(5);
    expect(failures).toMatchObject([[connectionId, cause]]);
  });

  it('gives up a recipient that stays silent for as long as the budget', async () => {
    expect(await post([neverRespond], { budgetMs: 150 })).toBe('failed');
    expect(failures).toMatchObject([[connectionId, { name: 'TimeoutError' }]]);
    await gateway.waitForClosed();
  });

  it('fails without a report when its deadline ends it', async () => {
    const result = withTimeout(50, () => post([neverRespond]));
    expect(await result).toBe('failed');
    expect(failures).toEqual([]);
    await gateway.waitForClosed();
  });

  it('does not throw for an id that is no text', async () => {
    expect(await post([respondWith(200)], { to: '\ud800' })).toBe('failed');
    expect(failures).toMatchObject([['\ud800', { name: 'URIError' }]]);
  });
});
