import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createPayload, encodePathSegment } from '../../../../src/server/aws/sigv4.ts';
import { FaultProxy } from '../../../helpers/fakes/fault-proxy.ts';

const region = 'ap-northeast-1';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfi=' };

const connectionIds = [
  'bZ/NAd+jMCKCw=',
  'a',
  '=',
  '+/=&?#',
  '%',
  '%2F%252f',
  ' a b ',
  "!'()*",
  '-._~',
  'A:B;C,D@E$F',
  '\\|^`"<>[]{}',
  'ä-é-お茶-🍵',
  'x'.repeat(500),
];

const texts = ['', '{}', '{"type":"message","message":"お茶 🍵 é"}', 'x'.repeat(10_000)];

const clocks = [
  '2026-11-22T12:34:56.789Z',
  '2026-11-22T23:59:59.999Z',
  '2026-11-23T00:00:00.000Z',
  '2026-11-22T23:59:59.000Z',
  '2024-02-29T23:59:59.999Z',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00.001Z',
].map((time) => Date.parse(time));

/** The properties of one client. */
interface Client {
  /** The path of the endpoint. */
  readonly base: string;
  readonly sessionToken?: string;
  /** Headers in addition to those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The properties of one request. */
interface Delivery {
  readonly connectionId: string;
  readonly text: string;
  readonly time: number;
}

let gateway: FaultProxy;
let now: number;

beforeEach(async () => {
  gateway = await FaultProxy.start();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
});

/** Delivers with the SDK, without its headers about itself and its retries. */
async function deliverWithSdk({ base, headers, ...token }: Client, deliveries: Delivery[]) {
  const client = new ApiGatewayManagementApiClient({
    endpoint: `${gateway.url}${base}`,
    region,
    credentials: { ...keys, ...token },
  });
  const removeSdkHeaders =
    <Args extends { request: unknown }, Output>(next: (args: Args) => Promise<Output>) =>
    (args: Args) => {
      const request = args.request as { headers: Record<string, string> };
      const kept = Object.entries(request.headers).filter(([name]) => !/^amz-|agent$/.test(name));
      request.headers = { ...Object.fromEntries(kept), ...headers };
      return next(args);
    };
  client.middlewareStack.addRelativeTo(removeSdkHeaders, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
  });
  for (const { connectionId, text, time } of deliveries) {
    now = time;
    await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
  }
  client.destroy();
  return gateway.requests.splice(0);
}

/** Delivers with our own client. Deliveries of the same text share a payload. */
async function deliverWithClient({ base, headers = {}, ...token }: Client, deliveries: Delivery[]) {
  const send = createAwsClient({
    endpoint: `${gateway.url}${base}`,
    service: 'execute-api',
    region,
    credentials: { ...keys, ...token },
    headers,
    now: () => now,
  });
  const payloads = new Map(deliveries.map(({ text }) => [text, createPayload(text)]));
  for (const { connectionId, text, time } of deliveries) {
    now = time;
    const payload = payloads.get(text) ?? createPayload('');
    await send(`/@connections/${encodePathSegment(connectionId)}`, payload, { timeoutMs: 10_000 });
  }
  return gateway.requests.splice(0);
}

describe('createSigner', () => {
  it.each<[string, Client]>([
    ['for an endpoint without a path', { base: '' }],
    ['with an empty session token', { base: '/', sessionToken: '' }],
    ['for an endpoint with a stage', { base: '/dev', sessionToken: 'IQoJb3JpZ2luX2VjEA//+abc==' }],
    ['with a session token of AWS’s length', { base: '/a/b', sessionToken: 't'.repeat(1_200) }],
    ['for an endpoint with an encoded path', { base: '/a b/%C3%BC/%25' }],
    ['with more headers', { base: '/dev', headers: { 'x-amz-invocation-type': 'Event', a: '*' } }],
  ])('signs like the SDK %s, for any connection and frame', async (_case, client) => {
    const deliveries = texts.flatMap((text, index) =>
      connectionIds.map((connectionId) => ({ connectionId, text, time: clocks[index] ?? 0 })),
    );
    const expected = await deliverWithSdk(client, deliveries);
    expect(expected).toHaveLength(texts.length * connectionIds.length);
    expect(await deliverWithClient(client, deliveries)).toEqual(expected);
  });

  it('signs like the SDK for alternating frames, at any time, around midnight and back again', async () => {
    const deliveries = [...clocks, ...clocks.toReversed()].flatMap((time) =>
      ['first', 'second', 'first'].map((text) => ({ connectionId: 'bZ/NAd+jMCKCw=', text, time })),
    );
    const client = { base: '/dev', sessionToken: 'token' };
    const expected = await deliverWithSdk(client, deliveries);
    expect(new Set(expected.map(({ headers }) => headers['x-amz-date'])).size).toBe(6);
    expect(await deliverWithClient(client, deliveries)).toEqual(expected);
  });

  it('ignores a slash at the end of the endpoint', async () => {
    const [delivered] = await deliverWithClient({ base: '/dev/' }, [
      { connectionId: 'a=', text: '', time: 0 },
    ]);
    expect(delivered?.path).toBe('/dev/@connections/a%3D');
  });
});
