import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { createPost } from '../../src/delivery/post.ts';

/** How the gateway answers one try. */
type Answer = (response: ServerResponse) => void;

const connectionId = 'bZ/NAd+jMCKCw=';
const frame = '{"type":"message","message":"お茶 🍵"}';

let server: Server;
let client: ApiGatewayManagementApiClient;
/** The answers to come, one a try; the last one stays. */
let answers: Answer[];
let tries: { line: string; body: Buffer }[];
let failures: [connectionId: string, cause: unknown][];

beforeEach(async () => {
  answers = [];
  tries = [];
  failures = [];
  server = createServer(async (request, response) => {
    tries.push({ line: `${request.method} ${request.url}`, body: await buffer(request) });
    (answers.length > 1 ? answers.shift() : answers[0])?.(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

/** Posts as the Lambda does, to a gateway that answers so. */
function post(
  script: Answer[],
  { requestTimeout = 3_000, maxAttempts = 3, budgetMs = 10_000 } = {},
) {
  answers = script;
  client = new ApiGatewayManagementApiClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts,
    requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
  });
  const onFailure = (...failure: (typeof failures)[number]) => failures.push(failure);
  return createPost(client, budgetMs, onFailure)(connectionId, frame);
}

const status =
  (code: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);
const reset: Answer = ({ socket }) => socket?.destroy();
const silence: Answer = () => {};

describe('a post', () => {
  it('is delivered by one call that bears the frame’s bytes to the connection', async () => {
    expect(await post([status(200)])).toBe('delivered');
    expect(tries).toEqual([
      { line: 'POST /@connections/bZ%2FNAd%2BjMCKCw%3D', body: Buffer.from(frame) },
    ]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['as AWS says it', status(410, '{}', { 'x-amzn-errortype': 'GoneException' })],
    ['as local stacks say it', status(410, 'null')],
    ['by an empty 410', status(410)],
  ])('is gone %s, at the first try and without a report', async (_case, answer) => {
    expect(await post([answer])).toBe('gone');
    expect(tries).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it.each([
    [400, 'BadRequestException'],
    [403, 'ForbiddenException'],
    [413, 'PayloadTooLargeException'],
  ])('fails on %i at the first try and reports it once', async (code, errortype) => {
    const answer = status(code, '{"message":"no"}', { 'x-amzn-errortype': errortype });
    expect(await post([answer])).toBe('failed');
    expect(tries).toHaveLength(1);
    expect(failures).toMatchObject([[connectionId, { name: errortype }]]);
  });

  it.each([
    ['a throttle', status(429, '{}', { 'x-amzn-errortype': 'LimitExceededException' })],
    ['a server’s error', status(500, '{}')],
    ['a reset', reset],
  ])('is tried again after %s', async (_case, answer) => {
    expect(await post([answer, status(200)])).toBe('delivered');
    expect(tries.map(({ body }) => String(body))).toEqual([frame, frame]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['a server that always errs', status(500, '{}')],
    ['a server that always resets', reset],
  ])('gives up %s after its tries and reports it once', async (_case, answer) => {
    expect(await post([answer])).toBe('failed');
    expect(tries).toHaveLength(3);
    expect(failures).toEqual([[connectionId, expect.anything()]]);
  });

  it('gives up a try that is not answered', async () => {
    const outcome = await post([silence], { requestTimeout: 100, maxAttempts: 1 });
    expect(outcome).toBe('failed');
    expect(failures).toMatchObject([[connectionId, { name: 'TimeoutError' }]]);
  });

  it.each([
    ['the wait between two tries', status(503, '{}', { 'x-amz-retry-after': '400' })],
    ['a try under way', silence],
  ])('gives up %s when its budget ends', async (_case, answer) => {
    expect(await post([answer], { budgetMs: 300 })).toBe('failed');
    expect(failures).toMatchObject([[connectionId, { name: 'AbortError' }]]);
  });
});
