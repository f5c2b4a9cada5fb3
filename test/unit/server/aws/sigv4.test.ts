import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createPayload, encodePathSegment } from '../../../../src/server/aws/sigv4.ts';
import { FakeGateway } from '../../../helpers/fakes/fake-gateway.ts';

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

/** What one client differs in from another. */
interface Client {
  /** What the endpoint has behind its host. */
  readonly base: string;
  readonly sessionToken?: string;
  /** Headers beside those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What one request differs in from another. */
interface Delivery {
  readonly connectionId: string;
  readonly text: string;
  readonly time: number;
}

let gateway: FakeGateway;
let now: number;

beforeEach(async () => {
  gateway = await FakeGateway.start();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
});

/** Delivers by the SDK, without the headers in which it tells of itself and of its tries. */
async function deliverByTheSdk({ base, headers, ...token }: Client, deliveries: Delivery[]) {
  const client = new ApiGatewayManagementApiClient({
    endpoint: `${gateway.url}${base}`,
    region,
    credentials: { ...keys, ...token },
  });
  const undressed =
    <Args extends { request: unknown }, Output>(next: (args: Args) => Promise<Output>) =>
    (args: Args) => {
      const request = args.request as { headers: Record<string, string> };
      const own = Object.entries(request.headers).filter(([name]) => !/^amz-|agent$/.test(name));
      request.headers = { ...Object.fromEntries(own), ...headers };
      return next(args);
    };
  client.middlewareStack.addRelativeTo(undressed, {
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

/** Delivers by our own client; deliveries of the same text have the same payload. */
async function deliverByUs({ base, headers = {}, ...token }: Client, deliveries: Delivery[]) {
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

describe('a signed request', () => {
  it.each<[string, Client]>([
    ['for a bare endpoint', { base: '' }],
    ['with an empty session token', { base: '/', sessionToken: '' }],
    ['behind a stage', { base: '/dev', sessionToken: 'IQoJb3JpZ2luX2VjEA//+abc==' }],
    ['with a session token as long as AWS’s', { base: '/a/b', sessionToken: 't'.repeat(1_200) }],
    ['behind a path that was encoded', { base: '/a b/%C3%BC/%25' }],
    ['with other headers', { base: '/dev', headers: { 'x-amz-invocation-type': 'Event', a: '*' } }],
  ])('is the SDK’s own %s, for any connection and frame', async (_case, client) => {
    const deliveries = texts.flatMap((text, index) =>
      connectionIds.map((connectionId) => ({ connectionId, text, time: clocks[index] ?? 0 })),
    );
    const expected = await deliverByTheSdk(client, deliveries);
    expect(expected).toHaveLength(texts.length * connectionIds.length);
    expect(await deliverByUs(client, deliveries)).toEqual(expected);
  });

  it('is the SDK’s own for frames in turn, at any time, around midnight and back again', async () => {
    const deliveries = [...clocks, ...clocks.toReversed()].flatMap((time) =>
      ['one', 'another', 'one'].map((text) => ({ connectionId: 'bZ/NAd+jMCKCw=', text, time })),
    );
    const client = { base: '/dev', sessionToken: 'token' };
    const expected = await deliverByTheSdk(client, deliveries);
    expect(new Set(expected.map(({ headers }) => headers['x-amz-date'])).size).toBe(6);
    expect(await deliverByUs(client, deliveries)).toEqual(expected);
  });

  it('leaves a slash at the end of the endpoint out', async () => {
    const [delivered] = await deliverByUs({ base: '/dev/' }, [
      { connectionId: 'a=', text: '', time: 0 },
    ]);
    expect(delivered?.path).toBe('/dev/@connections/a%3D');
  });
});
