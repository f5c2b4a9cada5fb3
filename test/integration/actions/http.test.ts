import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GatewayResult } from '../../../src/server/gateway-event.ts';
import {
  type ActionFixture,
  describeAction,
  withoutMembers,
} from '../../helpers/describe-action.ts';
import {
  createGatewayEvent,
  TestServer,
  type TestServerOptions,
} from '../../helpers/test-server.ts';

/** Sends a request as a browser does. API Gateway passes header names in lower case. */
function get(
  { table }: ActionFixture,
  path: string,
  headers: Record<string, string> = {},
  options: TestServerOptions = {},
): Promise<GatewayResult> {
  const event = createGatewayEvent('MESSAGE', `GET ${path}`, '');
  const { eventType: _none, ...requestContext } = event.requestContext;
  return new TestServer(table, options).invoke({ requestContext, headers });
}

/** Returns the content of the document's only tag of this kind. */
function getContent(html: string, tag: RegExp): string {
  const found = [...html.matchAll(tag)];
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

const script = /<script[^>]*>(.*?)<\/script>/gs;
const style = /<style[^>]*>(.*?)<\/style>/gs;
const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Returns the directives of the policy by name. */
function parsePolicy({ headers }: GatewayResult): Record<string, string> {
  const directives = headers?.['Content-Security-Policy']?.split('; ') ?? [];
  return Object.fromEntries(directives.map((directive) => directive.split(/ (.*)/s)));
}

describeAction('GET /', withoutMembers, (fixture) => {
  it('serves the page with the URL of the WebSocket', async () => {
    const reply = await get(fixture(), '/');
    expect(reply).toMatchObject({
      statusCode: 200,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-cache',
        Vary: 'Accept-Encoding',
      },
    });
    expect(reply.body).toContain('<meta name="kaiwa-socket" content="wss://chat.example/dev">');
  });

  it('serves another document if the stage requires tokens', async () => {
    const [withoutTokens, withTokens] = [
      await get(fixture(), '/'),
      await get(fixture(), '/', {}, { authMode: 'jwt' }),
    ];
    const authMode = ({ body = '' }: GatewayResult) =>
      getContent(body, /<meta name="kaiwa-auth" content="(.*?)">/g);
    expect([authMode(withoutTokens), authMode(withTokens)]).toEqual(['none', 'jwt']);
    expect(withTokens.headers?.['ETag']).not.toBe(withoutTokens.headers?.['ETag']);
    expect(parsePolicy(withTokens)).toEqual(parsePolicy(withoutTokens));
    const allowed = parsePolicy(withoutTokens)['script-src'];
    expect(sha256(getContent(withTokens.body ?? '', script))).toBe(allowed);
    expect(await get(fixture(), '/')).toEqual(withoutTokens);
  });

  it('serves one document without subresources, of at most 60 KB gzipped', async () => {
    const { body = '' } = await get(fixture(), '/');
    expect(gzipSync(body, { level: 9 }).length).toBeLessThanOrEqual(60 * 1024);
    const html = body.replace(script, '').replace(style, '');
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual([expect.stringMatching(/^data:image\/svg\+xml,/)]);
    expect(getContent(body, style)).not.toMatch(/url\(|@import/);
  });

  it('[SEC-065] allows only its own script and style, and a connection to the chat', async () => {
    const reply = await get(fixture(), '/');
    expect(parsePolicy(reply)).toEqual({
      'default-src': "'none'",
      'script-src': sha256(getContent(reply.body ?? '', script)),
      'style-src': sha256(getContent(reply.body ?? '', style)),
      'img-src': 'data:',
      'connect-src': 'wss://chat.example',
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
  });

  it('has no script or style in attributes, which its policy forbids', async () => {
    const { body = '' } = await get(fixture(), '/');
    expect(body.replace(script, '').replace(style, '')).not.toMatch(/\s(on\w+|style)=/);
  });

  it.each([
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8', true],
    ['GZIP', true],
    ['br, gzip;q=0', false],
    ['gzip;q=0.000', false],
    ['identity', false],
    ['xgzip', false],
    ['', false],
  ])('answers Accept-Encoding %j with gzip: %s', async (accepted, isCompressed) => {
    const plain = await get(fixture(), '/');
    const reply = await get(fixture(), '/', { 'accept-encoding': accepted });
    expect(reply.headers?.['Content-Encoding']).toBe(isCompressed ? 'gzip' : undefined);
    expect(reply.isBase64Encoded ?? false).toBe(isCompressed);
    const body = isCompressed
      ? gunzipSync(Buffer.from(reply.body ?? '', 'base64')).toString()
      : reply.body;
    expect(body).toBe(plain.body);
    expect(reply.headers?.['ETag']).toBe(plain.headers?.['ETag']);
  });

  it('answers 304 to a browser that has the document', async () => {
    const { headers = {} } = await get(fixture(), '/');
    const tag = headers['ETag'] ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{43}"$/);
    for (const condition of [tag, tag.replace('W/', ''), `"x", ${tag}`, '*']) {
      const again = await get(fixture(), '/', { 'if-none-match': condition });
      expect(again).toEqual({ statusCode: 304, headers });
    }
    expect((await get(fixture(), '/', { 'if-none-match': '"x"' })).statusCode).toBe(200);
  });
});

describeAction('GET /contract', withoutMembers, (fixture) => {
  it('serves the AsyncAPI document, and answers 304 to a client that has it', async () => {
    const reply = await get(fixture(), '/contract');
    expect(reply).toMatchObject({
      statusCode: 200,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
      },
    });
    const written = JSON.parse(readFileSync('dist/contract/asyncapi.json', 'utf8'));
    expect(JSON.parse(reply.body ?? '')).toEqual(written);
    const condition = reply.headers?.['ETag'] ?? '';
    expect(await get(fixture(), '/contract', { 'if-none-match': condition })).toMatchObject({
      statusCode: 304,
    });
    const page = await get(fixture(), '/');
    expect(page.headers?.['ETag']).not.toBe(condition);
  });
});
