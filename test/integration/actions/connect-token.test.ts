import type { GatewayEvent } from '../../../src/server/gateway-event.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { resetConnection } from '../../helpers/fakes/fault-proxy.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;
let issuer: FakeIssuer;
let server: TestServer;

beforeAll(async () => {
  table = await openTestTable();
  issuer = await FakeIssuer.start();
  server = new TestServer(table, { authenticator: createAuthenticator() });
});
afterAll(async () => {
  await issuer.close();
  await table.close();
});

const createAuthenticator = () => issuer.createAuthenticator();

/** Connects with these offers and tells the status. */
async function attempt(event: Partial<GatewayEvent>, to = server): Promise<number> {
  const reply = await to.invoke({
    ...createGatewayEvent('CONNECT', '$connect', 'tried='),
    ...event,
  });
  return reply.statusCode;
}

const tryConnect = async (event: Partial<GatewayEvent>) =>
  server.store.connections.find(await server.connect({}, event));

describe('$connect with a token', () => {
  it.each([
    ['in the query', (token: string) => ({ queryStringParameters: { token } })],
    [
      'as a subprotocol',
      (token: string) => ({
        headers: { 'sec-websocket-protocol': `kaiwa.v1, kaiwa.token.${token}` },
      }),
    ],
    ['in a header', (token: string) => ({ headers: { authorization: `Bearer ${token}` } })],
    [
      'in a header, in any case',
      (token: string) => ({ headers: { Authorization: `bearer ${token}` } }),
    ],
  ])('%s makes a person of its sub', async (_case, by) => {
    const token = await issuer.token({ sub: 'auth0|aki', name: 'Aki' });
    expect(await tryConnect(by(token))).toMatchObject({ userId: 'auth0|aki', name: 'Aki' });
  });

  it('takes the one in the header before an offered one before the query’s', async () => {
    const [header, offered, query] = await Promise.all(
      ['header', 'offered', 'query'].map((sub) => issuer.token({ sub })),
    );
    const queryStringParameters = { token: query };
    const protocol = `kaiwa.v1, kaiwa.token.${offered}`;
    const headers = { 'Sec-WebSocket-Protocol': protocol, Authorization: `Bearer ${header}` };
    const { Authorization: _none, ...others } = headers;
    expect(await tryConnect({ headers, queryStringParameters })).toMatchObject({
      userId: 'header',
    });
    const second = await tryConnect({ headers: others, queryStringParameters });
    expect(second).toMatchObject({ userId: 'offered' });
    // Proxies have credentials of their own.
    const basic = { Authorization: 'Basic YTpi' };
    const third = await tryConnect({ headers: basic, queryStringParameters });
    expect(third).toMatchObject({ userId: 'query' });
  });

  it('agrees to kaiwa.v1 and never to the subprotocol that bears the token', async () => {
    const token = await issuer.token({ sub: 'aki' });
    const event = createGatewayEvent('CONNECT', '$connect', 'bearing=');
    const headers = { 'Sec-WebSocket-Protocol': `kaiwa.token.${token},kaiwa.v1` };
    const reply = await server.invoke({ ...event, headers });
    expect(reply).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'kaiwa.v1' } });
  });

  it('stores nothing of the token but whose it is and until when', async () => {
    const token = await issuer.token({ sub: 'discreet', secret: 'claim' });
    const id = await server.connect({ token });
    const rows = JSON.stringify(await findRows(table, id));
    for (const part of [...token.split('.'), 'claim']) expect(rows).not.toContain(part);
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(await server.store.connections.find(id)).toMatchObject({ expiresAt: exp * 1000 });
  });

  it.each([
    ['asked for first', { name: 'Query' }, { name: 'Token' }, 'Query'],
    ['told by the token', {}, { name: 'Token', nickname: 'Nick' }, 'Token'],
    ['told by the token otherwise', {}, { preferred_username: 'token' }, 'token'],
    [
      'fit to be shown',
      {},
      { name: 'x'.repeat(65), preferred_username: ' ', nickname: 'Nick' },
      'Nick',
    ],
    ['whole', {}, { name: 'a\ud800' }, /^guest-/],
    ['made up', {}, { name: '' }, /^guest-[0-9a-z]{4}$/],
  ])('takes the name that is %s', async (_case, query, claims, name) => {
    const token = await issuer.token({ sub: 'aki', ...claims });
    const id = await server.connect({ token, ...query });
    expect((await server.store.connections.find(id))?.name).toMatch(name);
  });

  it('is refused with 401 where there is none, or it is not good', async () => {
    const expired = await issuer.token({ sub: 'aki', exp: 1 });
    const other = await issuer.token({ sub: 'aki', aud: 'other' });
    for (const token of [undefined, '', 'garbage', expired, other, `${other}x`]) {
      expect(await attempt({ queryStringParameters: { token } }, server)).toBe(401);
    }
    const key = 'a-key-is-no-token-at-all';
    expect(await attempt({ queryStringParameters: { key } }, server)).toBe(401);
  });

  it('is refused with 403 from a page that may not connect, whatever the token says', async () => {
    const options = { authenticator: createAuthenticator(), origins: 'https://chat.example' };
    const event = { headers: { Origin: 'https://evil.example' }, queryStringParameters: {} };
    expect(await attempt(event, new TestServer(table, options))).toBe(403);
  });

  it('is refused with 503 while nobody can tell whether it is good', async () => {
    issuer.keysResponder = resetConnection;
    const cut = new TestServer(table, { authenticator: createAuthenticator() });
    const token = await issuer.token({ sub: 'aki' });
    expect(await attempt({ queryStringParameters: { token } }, cut)).toBe(503);
    issuer.keysResponder = undefined;
    expect(cut.logLines).toMatchObject([{ level: 'error', outcome: 'unavailable' }]);
    const lines = JSON.stringify(cut.logLines);
    for (const part of token.split('.')) expect(lines).not.toContain(part);
  });

  it('is left alone where names are free', async () => {
    const free = new TestServer(table);
    const id = await free.connect({ token: 'whatever', name: 'Free' });
    expect(await free.store.connections.find(id)).toMatchObject({ name: 'Free' });
  });
});
