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

/** Returns the three ways in which a handshake carries a secret: query, subprotocol, header. */
const createHandshakes = (kind: 'key' | 'token', secret: string) => [
  { queryStringParameters: { [kind]: secret } },
  { headers: { 'Sec-WebSocket-Protocol': `kaiwa.v1, kaiwa.${kind}.${secret}` } },
  { headers: { Authorization: `Bearer ${secret}` } },
];

/** Requests that use a secret in all ways, valid and invalid. */
const createFrames = (secret: string) => [
  { action: 'sendmessage', message: 'hello' },
  { action: 'identity' },
  { action: 'members' },
  { action: 'authenticate', token: secret },
  { action: 'authenticate', token: `${secret}x` },
  { action: 'nope', token: secret },
  { action: 'ping', token: secret },
  `{"action":"authenticate","token":"${secret}`,
];

/** Connects with a secret in every way, lets all requests fail, and returns all output as JSON. */
async function collectOutput(kind: 'key' | 'token', secret: string, options: TestServerOptions) {
  const server = new StrictTestServer(table, options);
  const witness = await server.connect({ token: await issuer.token({ sub: 'witness' }) });
  const replies = [];
  for (const [index, handshake] of createHandshakes(kind, secret).entries()) {
    const connect = createGatewayEvent('CONNECT', '$connect', `${kind}-${index}=`);
    replies.push(await server.invoke({ ...connect, ...handshake }));
    const id = connect.requestContext.connectionId;
    for (const frame of createFrames(secret)) replies.push(await server.send(id, frame));
  }
  const reject = () => Promise.reject(new DynamoError('InternalServerError', false));
  const broken = new TestServer(interceptTable(table, reject), options);
  for (const handshake of createHandshakes(kind, secret)) {
    const connect = createGatewayEvent('CONNECT', '$connect', 'x=');
    replies.push(await broken.invoke({ ...connect, ...handshake }));
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

describe('a secret of the handshake', () => {
  it('[SEC-055] is absent from rows, events, replies and log lines if it is a key', async () => {
    const key = randomBytes(24).toString('base64url');
    const output = await collectOutput('key', key, {});
    expect(output).toContain('hello');
    expect(output).not.toContain(key);
  });

  it('[SEC-056] is absent from rows, events, replies and log lines if it is a token', async () => {
    const token = await issuer.token({ sub: 'aki', email: 'aki@example.com' });
    const output = await collectOutput('token', token, {
      authenticator: issuer.createAuthenticator(),
    });
    expect(output).toContain('"userId":"aki"');
    for (const part of [...token.split('.'), 'aki@example.com']) expect(output).not.toContain(part);
  });
});

describe('the text of a message', () => {
  const text = 'between-you-and-me';

  it('[SEC-075] is absent from log lines, whether its request succeeds or fails', async () => {
    let isBroken = false;
    const reject = () => Promise.reject(new DynamoError('ValidationException', false));
    const fragile = interceptTable(table, (_call, proceed) => (isBroken ? reject() : proceed()));
    const server = new TestServer(fragile, { burst: 20, rate: 0.001 });
    const aki = await server.connect({ name: text });
    const message = { action: 'sendmessage', message: text };
    for (const frame of [
      message,
      { ...message, id: text },
      { ...message, [text]: 1 },
      text,
      { action: text },
    ]) {
      await server.send(aki, frame);
    }
    isBroken = true;
    await server.send(aki, message);
    for (let count = 0; count < 20; count += 1) await server.send(aki, message);
    const outcomes = ['ok', 'invalid', 'malformed', 'unknown_action', 'internal', 'rate_limited'];
    expect(server.logLines.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(outcomes));
    expect(JSON.stringify(server.logLines)).not.toContain(text);
  });
});
