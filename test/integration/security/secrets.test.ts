import { randomBytes } from 'node:crypto';
import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { Issuer } from '../../helpers/fakes/fake-issuer.ts';
import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import { gatewayEvent, World, type WorldOptions } from '../../helpers/test-server.ts';

let table: TestTable;
let issuer: Issuer;

beforeEach(async () => {
  table = await openTable();
  issuer = await Issuer.start();
});
afterEach(async () => {
  await issuer.close();
  await table.close();
});

const jwt = () => issuer.authenticator();

/** What a person shows at the handshake: in the query, as a subprotocol, or in a header. */
const ways = (kind: 'key' | 'token', secret: string) => [
  { queryStringParameters: { [kind]: secret } },
  { headers: { 'Sec-WebSocket-Protocol': `kaiwa.v1, kaiwa.${kind}.${secret}` } },
  { headers: { Authorization: `Bearer ${secret}` } },
];

/** Lets a person come in by every way, and all that can go wrong go wrong; gives all that is left behind. */
async function leftBehind(kind: 'key' | 'token', secret: string, options: WorldOptions) {
  const world = new ValidWorld(table, options);
  const witness = await world.connect({ token: await issuer.token({ sub: 'witness' }) });
  const replies = [];
  for (const [index, event] of ways(kind, secret).entries()) {
    const connect = gatewayEvent('CONNECT', '$connect', `${kind}-${index}=`);
    replies.push(await world.invoke({ ...connect, ...event }));
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
      replies.push(await world.send(id, frame));
    }
  }
  const refuse = () => Promise.reject(new DynamoError('InternalServerError', false));
  const broken = new World(intercept(table, refuse), options);
  for (const event of ways(kind, secret)) {
    replies.push(await broken.invoke({ ...gatewayEvent('CONNECT', '$connect', 'x='), ...event }));
  }
  replies.push(await broken.send('x=', { action: 'authenticate', token: secret }));
  const lines = [...world.lines, ...broken.lines];
  expect(lines.map(({ outcome }) => outcome)).toContain('internal');
  return JSON.stringify({
    replies,
    lines,
    pushed: world.pushedTo(witness),
    rows: await rowsOf(table, ''),
  });
}

describe('what a person shows at the handshake', () => {
  it('is in no row, event, reply or log line, where it is a key', async () => {
    const key = randomBytes(24).toString('base64url');
    const left = await leftBehind('key', key, {});
    expect(left).toContain('hello');
    expect(left).not.toContain(key);
  });

  it('is in no row, event, reply or log line, where it is a token', async () => {
    const token = await issuer.token({ sub: 'aki', email: 'aki@example.com' });
    const left = await leftBehind('token', token, { authenticator: jwt() });
    expect(left).toContain('"userId":"aki"');
    for (const part of [...token.split('.'), 'aki@example.com']) expect(left).not.toContain(part);
  });
});

describe('a message', () => {
  const text = 'between-you-and-me';

  it('is in no log line, however its request ends', async () => {
    let isBroken = false;
    const refuse = () => Promise.reject(new DynamoError('ValidationException', false));
    const fragile = intercept(table, (_sent, go) => (isBroken ? refuse() : go()));
    const world = new World(fragile, { burst: 20, rate: 0.001 });
    const aki = await world.connect({ name: text });
    const say = { action: 'sendmessage', message: text };
    for (const frame of [
      say,
      { ...say, id: text },
      { ...say, [text]: 1 },
      text,
      { action: text },
    ]) {
      await world.send(aki, frame);
    }
    isBroken = true;
    await world.send(aki, say);
    for (let time = 0; time < 20; time += 1) await world.send(aki, say);
    const outcomes = ['ok', 'invalid', 'malformed', 'unknown_action', 'internal', 'rate_limited'];
    expect(world.lines.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(outcomes));
    expect(JSON.stringify(world.lines)).not.toContain(text);
  });
});
