import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GatewayResult } from '../../../src/server/gateway-event.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import {
  createGatewayEvent,
  TestServer,
  type TestServerOptions,
} from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Asks as a browser does. API Gateway hands header names on in small letters. */
function get(
  path: string,
  headers: Record<string, string> = {},
  options: TestServerOptions = {},
): Promise<GatewayResult> {
  const routeKey = `GET ${path}`;
  const { eventType: _none, ...requestContext } = createGatewayEvent(
    'MESSAGE',
    routeKey,
    '',
  ).requestContext;
  return new TestServer(table, options).invoke({ requestContext, headers });
}

/** What stands between the one such tag and its end. */
function getContent(html: string, tag: RegExp): string {
  const found = [...html.matchAll(tag)];
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

const script = /<script[^>]*>(.*?)<\/script>/gs;
const style = /<style[^>]*>(.*?)<\/style>/gs;
const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The directives of a policy, by their names. */
function parsePolicy({ headers }: GatewayResult): Record<string, string> {
  const directives = headers?.['Content-Security-Policy']?.split('; ') ?? [];
  return Object.fromEntries(directives.map((directive) => directive.split(/ (.*)/s)));
}

describe('GET /', () => {
  it('gives the page, with the address of the WebSocket in it', async () => {
    const reply = await get('/');
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

  it('says in it whether people have to show a token, and is another document then', async () => {
    const [free, byToken] = [await get('/'), await get('/', {}, { authMode: 'jwt' })];
    const said = ({ body = '' }: GatewayResult) =>
      getContent(body, /<meta name="kaiwa-auth" content="(.*?)">/g);
    expect([said(free), said(byToken)]).toEqual(['none', 'jwt']);
    expect(byToken.headers?.['ETag']).not.toBe(free.headers?.['ETag']);
    expect(parsePolicy(byToken)).toEqual(parsePolicy(free));
    expect(sha256(getContent(byToken.body ?? '', script))).toBe(parsePolicy(free)['script-src']);
    expect(await get('/')).toEqual(free);
  });

  it('gives one document, which asks for no other, of at most 60 KB gzipped', async () => {
    const { body = '' } = await get('/');
    expect(gzipSync(body, { level: 9 }).length).toBeLessThanOrEqual(60 * 1024);
    const html = body.replace(script, '').replace(style, '');
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual([expect.stringMatching(/^data:image\/svg\+xml,/)]);
    expect(getContent(body, style)).not.toMatch(/url\(|@import/);
  });

  it('allows nothing but its own script and style, and a connection to the chat', async () => {
    const reply = await get('/');
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

  it('has no script or style in attributes, which its policy would forbid', async () => {
    const { body = '' } = await get('/');
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
  ])('to one that takes %j is compressed: %s', async (accepted, isCompressed) => {
    const plain = await get('/');
    const reply = await get('/', { 'accept-encoding': accepted });
    expect(reply.headers?.['Content-Encoding']).toBe(isCompressed ? 'gzip' : undefined);
    expect(reply.isBase64Encoded ?? false).toBe(isCompressed);
    const body = isCompressed
      ? gunzipSync(Buffer.from(reply.body ?? '', 'base64')).toString()
      : reply.body;
    expect(body).toBe(plain.body);
    expect(reply.headers?.['ETag']).toBe(plain.headers?.['ETag']);
  });

  it('is not sent again to one who has it', async () => {
    const { headers = {} } = await get('/');
    const tag = headers['ETag'] ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{43}"$/);
    for (const condition of [tag, tag.replace('W/', ''), `"x", ${tag}`, '*']) {
      const again = await get('/', { 'if-none-match': condition });
      expect(again).toEqual({ statusCode: 304, headers });
    }
    expect((await get('/', { 'if-none-match': '"x"' })).statusCode).toBe(200);
  });
});

describe('GET /contract', () => {
  it('gives the AsyncAPI document, and lets it be kept', async () => {
    const reply = await get('/contract');
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
    expect(await get('/contract', { 'if-none-match': condition })).toMatchObject({
      statusCode: 304,
    });
    const page = await get('/');
    expect(page.headers?.['ETag']).not.toBe(condition);
  });
});
