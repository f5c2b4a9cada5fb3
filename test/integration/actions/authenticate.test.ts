import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let issuer: FakeIssuer;
let server: StrictTestServer;
let now: number;

const start = Date.UTC(2026, 10, 22);
const minute = 60_000;
const hello = { action: 'sendmessage', message: 'hello' };

beforeAll(async () => {
  table = await openTestTable();
  issuer = await FakeIssuer.start();
});
beforeEach(() => {
  now = start;
  const authenticator = issuer.createAuthenticator(() => now);
  server = new StrictTestServer(table, { authenticator, now: () => now });
});
afterAll(async () => {
  await issuer.close();
  await table.close();
});

/** A token for so many minutes from now on. */
const token = (sub: string, minutes: number, claims = {}) =>
  issuer.token({ sub, exp: Math.floor(now / 1000) + minutes * 60, ...claims }, { now });

/** Connects somebody for ten minutes. */
const connect = async (sub: string, name = 'Aki') =>
  server.connect({ name, token: await token(sub, 10) });

describe('a connection whose token has expired', () => {
  it('makes requests until that very moment', async () => {
    const id = await connect('aki');
    now = start + 10 * minute - 1;
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
    now += 1;
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
  ])('may not %j', async (request) => {
    const id = await connect('aki');
    now += 10 * minute;
    expect(await server.send(id, request)).toMatchObject({ code: 'unauthenticated' });
  });

  it('is answered that it is there', async () => {
    const id = await connect('aki');
    now += 10 * minute;
    expect(await server.send(id, { action: 'ping' })).toMatchObject({ type: 'ack' });
  });

  it('still hears, so that nothing is missed until it is renewed', async () => {
    const id = await connect('aki');
    now += 9 * minute;
    const ben = await connect('ben');
    now += 2 * minute;
    await server.request(ben, { ...hello, message: 'late' });
    expect(server.drainPushed(id)).toMatchObject([{ type: 'message', message: 'late' }]);
  });
});

describe('authenticate', () => {
  it.each([
    ['before the last one expires', 5],
    ['after it has expired', 20],
  ])('renews the token in place, %s', async (_case, minutes) => {
    const id = await connect('aki');
    now += minutes * minute;
    const request = { action: 'authenticate', id: 'a5', token: await token('aki', 60) };
    expect(await server.request(id, request)).toEqual({
      ...{ type: 'ack', action: 'authenticate', id: 'a5', userId: 'aki', name: 'Aki' },
      expiresAt: new Date(now + 60 * minute).toISOString(),
    });
    now += 59 * minute;
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
    now += minute;
    expect(await server.send(id, hello)).toMatchObject({ code: 'unauthenticated' });
  });

  it('keeps the rooms and the name that events are from', async () => {
    const [aki, ben] = [await connect('aki'), await connect('ben', 'Ben')];
    for (const id of [aki, ben]) await server.request(id, { action: 'joinroom', room: 'tea' });
    const other = { name: 'Somebody else' };
    await server.request(aki, { action: 'authenticate', token: await token('aki', 60, other) });
    server.clearPushed();
    await server.request(aki, { ...hello, room: 'tea' });
    expect(server.drainPushed(ben)).toMatchObject([{ from: { userId: 'aki', name: 'Aki' } }]);
  });

  it('is forbidden with the token of another person', async () => {
    const id = await connect('aki');
    const request = { action: 'authenticate', token: await token('ben', 60) };
    expect(await server.send(id, request)).toMatchObject({ code: 'forbidden' });
    now += 10 * minute;
    expect(await server.send(id, hello)).toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    ['that is none', async () => 'garbage'],
    ['that has expired', () => token('aki', -1)],
    ['for another audience', () => token('aki', 60, { aud: 'other' })],
  ])('refuses a token %s, and the last one holds on', async (_case, another) => {
    const id = await connect('aki');
    const request = { action: 'authenticate', token: await another() };
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
  ])('refuses %j as invalid', async (fields) => {
    const reply = await server.send(await connect('aki'), { action: 'authenticate', ...fields });
    expect(reply).toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(reply)).not.toContain('xxxx');
  });

  it('stores nothing of the token but until when', async () => {
    const id = await connect('aki');
    const another = await token('aki', 60);
    await server.request(id, { action: 'authenticate', token: another });
    const rows = JSON.stringify(await findRows(table, id));
    for (const part of another.split('.')) expect(rows).not.toContain(part);
  });

  it('makes no row of a connection that has ended', async () => {
    const id = await connect('aki');
    const { connections } = server.store;
    await server.disconnect(id);
    expect(await connections.extend(id, now)).toBe(false);
    expect(await findRows(table, id)).toEqual([]);
  });

  it('is forbidden where names are free', async () => {
    const free = new StrictTestServer(table, { now: () => now });
    const id = await free.connect();
    const reply = await free.send(id, { action: 'authenticate', token: 'any' });
    expect(reply).toMatchObject({ code: 'forbidden' });
  });
});
