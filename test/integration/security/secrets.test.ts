import { randomBytes } from 'node:crypto';
import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import {
  createGatewayEvent,
  TestServer,
  type TestServerOptions,
} from '../../helpers/test-server.ts';

let table: TestTable;
let issuer: FakeIssuer;

beforeEach(async () => {
  table = await openTestTable();
  issuer = await FakeIssuer.start();
});
afterEach(async () => {
  await issuer.close();
  await table.close();
});

const jwt = () => issuer.createAuthenticator();

/** What a person shows at the handshake: in the query, as a subprotocol, or in a header. */
const ways = (kind: 'key' | 'token', secret: string) => [
  { queryStringParameters: { [kind]: secret } },
  { headers: { 'Sec-WebSocket-Protocol': `kaiwa.v1, kaiwa.${kind}.${secret}` } },
  { headers: { Authorization: `Bearer ${secret}` } },
];

/** Lets a person come in by every way, and all that can go wrong go wrong; gives all that is left behind. */
async function findLeftovers(kind: 'key' | 'token', secret: string, options: TestServerOptions) {
  const server = new StrictTestServer(table, options);
  const witness = await server.connect({ token: await issuer.token({ sub: 'witness' }) });
  const replies = [];
  for (const [index, event] of ways(kind, secret).entries()) {
    const connect = createGatewayEvent('CONNECT', '$connect', `${kind}-${index}=`);
    replies.push(await server.invoke({ ...connect, ...event }));
    const id = connect.requestContext.connectionId;
    for (const frame of [
      { action: 'sendmessage', message: 'hello' },
      { action: 'identity' },
      { action: 'members' },
      { action: 'authenticate', token: secret },
      { action: 'authenticate', token: `${secret}x` },
      { action: 'nope', token: secret },
      { action: 'ping', token: secret },
      `{"action":"authenticate","token":"${secret}`,
    ]) {
      replies.push(await server.send(id, frame));
    }
  }
  const refuse = () => Promise.reject(new DynamoError('InternalServerError', false));
  const broken = new TestServer(interceptTable(table, refuse), options);
  for (const event of ways(kind, secret)) {
    replies.push(
      await broken.invoke({ ...createGatewayEvent('CONNECT', '$connect', 'x='), ...event }),
    );
  }
  replies.push(await broken.send('x=', { action: 'authenticate', token: secret }));
  const lines = [...server.logLines, ...broken.logLines];
  expect(lines.map(({ outcome }) => outcome)).toContain('internal');
  return JSON.stringify({
    replies,
    lines,
    pushed: server.pushedTo(witness),
    rows: await findRows(table, ''),
  });
}

describe('what a person shows at the handshake', () => {
  it('is in no row, event, reply or log line, where it is a key', async () => {
    const key = randomBytes(24).toString('base64url');
    const left = await findLeftovers('key', key, {});
    expect(left).toContain('hello');
    expect(left).not.toContain(key);
  });

  it('is in no row, event, reply or log line, where it is a token', async () => {
    const token = await issuer.token({ sub: 'aki', email: 'aki@example.com' });
    const left = await findLeftovers('token', token, { authenticator: jwt() });
    expect(left).toContain('"userId":"aki"');
    for (const part of [...token.split('.'), 'aki@example.com']) expect(left).not.toContain(part);
  });
});

describe('a message', () => {
  const text = 'between-you-and-me';

  it('is in no log line, however its request ends', async () => {
    let isBroken = false;
    const refuse = () => Promise.reject(new DynamoError('ValidationException', false));
    const fragile = interceptTable(table, (_sent, go) => (isBroken ? refuse() : go()));
    const server = new TestServer(fragile, { burst: 20, rate: 0.001 });
    const aki = await server.connect({ name: text });
    const say = { action: 'sendmessage', message: text };
    for (const frame of [
      say,
      { ...say, id: text },
      { ...say, [text]: 1 },
      text,
      { action: text },
    ]) {
      await server.send(aki, frame);
    }
    isBroken = true;
    await server.send(aki, say);
    for (let time = 0; time < 20; time += 1) await server.send(aki, say);
    const outcomes = ['ok', 'invalid', 'malformed', 'unknown_action', 'internal', 'rate_limited'];
    expect(server.logLines.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(outcomes));
    expect(JSON.stringify(server.logLines)).not.toContain(text);
  });
});
