import type { GatewayEvent } from '../../../src/server/gateway-event.ts';
import { type ActionFixture, describeAction } from '../../helpers/describe-action.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { resetConnection } from '../../helpers/fakes/fault-proxy.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';

let issuer: FakeIssuer;

beforeAll(async () => {
  issuer = await FakeIssuer.start();
});
afterAll(() => issuer.close());

/** Starts the tests with a server that requires tokens. */
async function withTokens({ table }: ActionFixture) {
  return { server: new StrictTestServer(table, { authenticator: issuer.createAuthenticator() }) };
}

describeAction('$connect with a token', withTokens, (fixture) => {
  /** Connects and returns the stored connection. */
  async function connect(event: Partial<GatewayEvent>) {
    const { server } = fixture();
    return server.store.connections.find(await server.connect({}, event));
  }

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
  ])('takes the user id from the sub of a token %s', async (_case, toEvent) => {
    const token = await issuer.token({ sub: 'auth0|aki', name: 'Aki' });
    expect(await connect(toEvent(token))).toMatchObject({ userId: 'auth0|aki', name: 'Aki' });
  });

  it('[SEC-059] prefers a token in the header to one in a subprotocol to one in the query', async () => {
    const [header, offered, query] = await Promise.all(
      ['header', 'offered', 'query'].map((sub) => issuer.token({ sub })),
    );
    const queryStringParameters = { token: query };
    const protocol = `kaiwa.v1, kaiwa.token.${offered}`;
    const headers = { 'Sec-WebSocket-Protocol': protocol, Authorization: `Bearer ${header}` };
    const first = await connect({ headers, queryStringParameters });
    expect(first).toMatchObject({ userId: 'header' });
    const withoutHeader = { 'Sec-WebSocket-Protocol': protocol };
    const second = await connect({ headers: withoutHeader, queryStringParameters });
    expect(second).toMatchObject({ userId: 'offered' });
    // A proxy may add credentials of its own.
    const basic = { Authorization: 'Basic YTpi' };
    const third = await connect({ headers: basic, queryStringParameters });
    expect(third).toMatchObject({ userId: 'query' });
  });

  it('[SEC-058] selects kaiwa.v1, and never the subprotocol that carries the token', async () => {
    const { server } = fixture();
    const token = await issuer.token({ sub: 'aki' });
    const event = createGatewayEvent('CONNECT', '$connect', 'offering=');
    const headers = { 'Sec-WebSocket-Protocol': `kaiwa.token.${token},kaiwa.v1` };
    const reply = await server.invoke({ ...event, headers });
    expect(reply).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'kaiwa.v1' } });
  });

  it('stores nothing of the token but its user and its expiry', async () => {
    const { table, server } = fixture();
    const token = await issuer.token({ sub: 'discreet', secret: 'claim' });
    const id = await server.connect({ token });
    const rows = JSON.stringify(await findRows(table, id));
    for (const part of [...token.split('.'), 'claim']) expect(rows).not.toContain(part);
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(await server.store.connections.find(id)).toMatchObject({ expiresAt: exp * 1000 });
  });

  it.each([
    ['the query asks for', { name: 'Query' }, { name: 'Token' }, 'Query'],
    ['the token contains', {}, { name: 'Token', nickname: 'Nick' }, 'Token'],
    ['the token contains in another claim', {}, { preferred_username: 'token' }, 'token'],
    [
      'is valid as a display name',
      {},
      { name: 'x'.repeat(65), preferred_username: ' ', nickname: 'Nick' },
      'Nick',
    ],
    ['is created, if the claim is not well-formed', {}, { name: 'a\ud800' }, /^guest-/],
    ['is created, if the claim is empty', {}, { name: '' }, /^guest-[0-9a-z]{4}$/],
  ])('stores the name that %s', async (_case, query, claims, name) => {
    const { server } = fixture();
    const token = await issuer.token({ sub: 'aki', ...claims });
    const id = await server.connect({ token, ...query });
    expect((await server.store.connections.find(id))?.name).toMatch(name);
  });

  it('[SEC-001] rejects a missing or invalid token with 401', async () => {
    const { server } = fixture();
    const expired = await issuer.token({ sub: 'aki', exp: 1 });
    const other = await issuer.token({ sub: 'aki', aud: 'other' });
    for (const token of [undefined, '', 'garbage', expired, other, `${other}x`]) {
      expect(await server.tryConnect({ queryStringParameters: { token } })).toBe(401);
    }
    const key = 'a-key-is-not-a-token-at-all';
    expect(await server.tryConnect({ queryStringParameters: { key } })).toBe(401);
  });

  it('[SEC-063] rejects a page of another origin with 403, with or without a token', async () => {
    const { table } = fixture();
    const options = {
      authenticator: issuer.createAuthenticator(),
      origins: 'https://chat.example',
    };
    const event = { headers: { Origin: 'https://evil.example' }, queryStringParameters: {} };
    expect(await new StrictTestServer(table, options).tryConnect(event)).toBe(403);
  });

  it('rejects with 503 while the issuer’s keys cannot be fetched', async () => {
    const { table } = fixture();
    issuer.keysResponder = resetConnection;
    const isolated = new StrictTestServer(table, { authenticator: issuer.createAuthenticator() });
    const token = await issuer.token({ sub: 'aki' });
    expect(await isolated.tryConnect({ queryStringParameters: { token } })).toBe(503);
    issuer.keysResponder = undefined;
    expect(isolated.logLines).toMatchObject([{ level: 'error', outcome: 'unavailable' }]);
    const lines = JSON.stringify(isolated.logLines);
    for (const part of token.split('.')) expect(lines).not.toContain(part);
  });

  it('ignores a token if the stage requires none', async () => {
    const { table } = fixture();
    const free = new StrictTestServer(table);
    const id = await free.connect({ token: 'any', name: 'Free' });
    expect(await free.store.connections.find(id)).toMatchObject({ name: 'Free' });
  });
});
