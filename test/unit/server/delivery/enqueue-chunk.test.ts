import { createAwsClient } from '../../../../src/server/aws/client.ts';
import {
  asyncInvokeHeaders,
  createChunkQueue,
} from '../../../../src/server/delivery/enqueue-chunk.ts';
import {
  FaultProxy,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fault-proxy.ts';

let lambda: FaultProxy;
let reasons: string[];

beforeEach(async () => {
  lambda = await FaultProxy.start();
  reasons = [];
  // Remove the delay between two attempts.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await lambda.close();
});

/** Enqueues a chunk with the given responses of Lambda. */
function enqueue(responders: Responder[], trace?: string) {
  lambda.responders = responders;
  const send = createAwsClient({
    endpoint: lambda.url,
    service: 'lambda',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    headers: asyncInvokeHeaders,
    trace: () => trace,
    now: Date.now,
  });
  return createChunkQueue(send, 'kaiwa-dev-chat', (reason) => reasons.push(reason))(
    '{"chunk":"会"}',
  );
}

describe('createChunkQueue', () => {
  it('invokes the function asynchronously, with the chunk as its event', async () => {
    expect(await enqueue([respondWith(202)])).toBe(true);
    expect(lambda.requests).toEqual([
      {
        method: 'POST',
        path: '/2015-03-31/functions/kaiwa-dev-chat/invocations',
        headers: expect.objectContaining({
          'x-amz-invocation-type': 'Event',
          authorization: expect.stringMatching(
            /\/eu-west-1\/lambda\/aws4_request.*SignedHeaders=[^,]*;x-amz-invocation-type[;,]/,
          ),
        }),
        body: '{"chunk":"会"}',
      },
    ]);
    expect(reasons).toEqual([]);
  });

  it('passes on the trace of the sender', async () => {
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    await enqueue([respondWith(202)], trace);
    await enqueue([respondWith(202)]);
    const headers = lambda.requests.map((request) => request.headers['x-amzn-trace-id']);
    expect(headers).toEqual([trace, undefined]);
  });

  it.each([
    ['throttling', respondWith(429, '{}', { 'x-amzn-errortype': 'TooManyRequestsException' })],
    ['an error of Lambda', respondWith(500)],
    ['a reset', resetConnection],
  ])('retries after %s', async (_case, responder) => {
    expect(await enqueue([responder, responder, respondWith(202)])).toBe(true);
    expect(lambda.requests).toHaveLength(3);
    expect(reasons).toEqual([]);
  });

  it.each([
    [400, 'InvalidRequestContentException'],
    [403, 'AccessDeniedException'],
    [404, 'ResourceNotFoundException'],
    [413, 'RequestTooLargeException'],
  ])('reports the status %i without a retry', async (code, name) => {
    expect(await enqueue([respondWith(code, '{}', { 'x-amzn-errortype': name })])).toBe(false);
    expect(lambda.requests).toHaveLength(1);
    expect(reasons).toEqual([`status ${code} ${name}`]);
  });

  it('reports a failure once, after several attempts', async () => {
    expect(await enqueue([respondWith(503)])).toBe(false);
    expect(lambda.requests.length).toBeGreaterThan(2);
    expect(reasons).toEqual(['status 503 ']);
  });
});
