import { type ActionFixture, describeAction } from '../../helpers/describe-action.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

const start = Date.UTC(2026, 10, 22);
const minute = 60_000;
const hello = { action: 'sendmessage', message: 'hello' };

let issuer: FakeIssuer;

beforeAll(async () => {
  issuer = await FakeIssuer.start();
});
afterAll(() => issuer.close());

/** Starts the tests with a server that requires tokens, and a clock that they move. */
async function withTokens({ table }: ActionFixture) {
  const clock = { now: start };
  const now = () => clock.now;
  const authenticator = issuer.createAuthenticator(now);
  return { clock, server: new StrictTestServer(table, { authenticator, now }) };
}

describeAction('authenticate', withTokens, (fixture) => {
  /** Creates a token that expires after a number of minutes. */
  const createToken = (sub: string, minutes: number, claims = {}) => {
    const { now } = fixture().clock;
    return issuer.token({ sub, exp: Math.floor(now / 1000) + minutes * 60, ...claims }, { now });
  };

  /** Connects a user with a token for ten minutes. */
  const connect = async (sub: string, name = 'Aki') =>
    fixture().server.connect({ name, token: await createToken(sub, 10) });

  it('[SEC-023] accepts requests until the token expires, and none from then on', async () => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    clock.now = start + 10 * minute - 1;
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
    clock.now += 1;
    expect(await server.send(id, { ...hello, id: 'a1' })).toMatchObject({
      code: 'unauthenticated',
      id: 'a1',
      retryable: false,
    });
  });

  it.each([
    { action: 'history' },
    { action: 'identity' },
    { action: 'joinroom', room: 'tea' },
    { action: 'listrooms' },
    { action: 'leaveroom', room: 'lobby' },
    { action: 'typing', typing: true },
  ])('rejects %j after the token has expired', async (request) => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    clock.now += 10 * minute;
    expect(await server.send(id, request)).toMatchObject({ code: 'unauthenticated' });
  });

  it('acks a ping after the token has expired', async () => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    clock.now += 10 * minute;
    expect(await server.send(id, { action: 'ping' })).toMatchObject({ type: 'ack' });
  });

  it('delivers events after the token has expired, so that a renewal misses nothing', async () => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    clock.now += 9 * minute;
    const ben = await connect('ben');
    clock.now += 2 * minute;
    await server.request(ben, { ...hello, message: 'late' });
    expect(server.drainPushed(id)).toMatchObject([{ type: 'message', message: 'late' }]);
  });

  it.each([
    ['before it expires', 5],
    ['after it has expired', 20],
  ])('renews the token on the same connection %s', async (_case, minutes) => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    clock.now += minutes * minute;
    const request = { action: 'authenticate', id: 'a5', token: await createToken('aki', 60) };
    expect(await server.request(id, request)).toEqual({
      type: 'ack',
      action: 'authenticate',
      id: 'a5',
      userId: 'aki',
      name: 'Aki',
      expiresAt: new Date(clock.now + 60 * minute).toISOString(),
    });
    clock.now += 59 * minute;
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
    clock.now += minute;
    expect(await server.send(id, hello)).toMatchObject({ code: 'unauthenticated' });
  });

  it('keeps the rooms and the name of the connection', async () => {
    const { server } = fixture();
    const [aki, ben] = [await connect('aki'), await connect('ben', 'Ben')];
    for (const id of [aki, ben]) await server.request(id, { action: 'joinroom', room: 'tea' });
    const renewal = await createToken('aki', 60, { name: 'Another name' });
    await server.request(aki, { action: 'authenticate', token: renewal });
    server.clearPushed();
    await server.request(aki, { ...hello, room: 'tea' });
    expect(server.drainPushed(ben)).toMatchObject([{ from: { userId: 'aki', name: 'Aki' } }]);
  });

  it('[SEC-024] rejects the token of another user', async () => {
    const { server, clock } = fixture();
    const id = await connect('aki');
    const request = { action: 'authenticate', token: await createToken('ben', 60) };
    expect(await server.send(id, request)).toMatchObject({ code: 'forbidden' });
    clock.now += 10 * minute;
    expect(await server.send(id, hello)).toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    ['that is not a token', async () => 'garbage'],
    ['that has expired', () => createToken('aki', -1)],
    ['for another audience', () => createToken('aki', 60, { aud: 'other' })],
  ])('rejects a token %s, and keeps the current one', async (_case, createOther) => {
    const { server } = fixture();
    const id = await connect('aki');
    const request = { action: 'authenticate', token: await createOther() };
    const reply = await server.send(id, request);
    expect(reply).toMatchObject({ code: 'unauthenticated' });
    expect(JSON.stringify(reply)).not.toContain(request.token);
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
  });

  it.each([
    {},
    { token: '' },
    { token: 7 },
    { token: 'x'.repeat(8193) },
    { token: 'x', room: 'tea' },
  ])('rejects the fields %j as invalid', async (fields) => {
    const { server } = fixture();
    const reply = await server.send(await connect('aki'), { action: 'authenticate', ...fields });
    expect(reply).toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(reply)).not.toContain('xxxx');
  });

  it('stores nothing of the token but its expiry', async () => {
    const { table, server } = fixture();
    const id = await connect('aki');
    const token = await createToken('aki', 60);
    await server.request(id, { action: 'authenticate', token });
    const rows = JSON.stringify(await findRows(table, id));
    for (const part of token.split('.')) expect(rows).not.toContain(part);
  });

  it('creates no row for a connection that has ended', async () => {
    const { table, server, clock } = fixture();
    const id = await connect('aki');
    const { connections } = server.store;
    await server.disconnect(id);
    expect(await connections.extend(id, clock.now)).toBe(false);
    expect(await findRows(table, id)).toEqual([]);
  });

  it('rejects the action if the stage requires no tokens', async () => {
    const { table, clock } = fixture();
    const free = new StrictTestServer(table, { now: () => clock.now });
    const id = await free.connect();
    const reply = await free.send(id, { action: 'authenticate', token: 'any' });
    expect(reply).toMatchObject({ code: 'forbidden' });
  });
});
