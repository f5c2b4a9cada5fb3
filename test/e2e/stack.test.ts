import { resolve } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { localCredentials } from '../../src/local/dynalite.ts';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { WebSocketClient } from '../helpers/client.ts';
import { ProjectCopy, Stack } from '../helpers/local-stack.ts';

jest.setTimeout(60_000);

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack.remove());

/** Starts a real wscat with a terminal to type in. */
const wscat = (name: string) =>
  new SpawnedProcess(resolve('node_modules/.bin/wscat'), ['-c', `${stack.url}?name=${name}`]);

/** Parses the frame in a line of a terminal, after the prompts of wscat. */
const parseFrame = (line: string) => JSON.parse(line.replace(/^(> )*/, ''));

/**
 * Waits until a terminal is connected, and returns its connection id. Outside a real terminal, wscat does not
 * report its connection and drops earlier input. So this sends requests until it gets a response.
 */
async function readConnectionId(terminal: SpawnedProcess): Promise<string> {
  let sent = 0;
  const send = () => {
    sent += 1;
    terminal.writeLine(JSON.stringify({ action: 'unknown', id: `${sent}` }));
  };
  const timer = setInterval(send, 100);
  const first = await terminal.waitForLine('unknown_action').finally(() => clearInterval(timer));
  const { id, connection } = parseFrame(first);
  for (let pending = sent - Number(id); pending > 0; pending -= 1)
    await terminal.waitForLine('unknown_action');
  return connection.connectionId;
}

describe('wscat', () => {
  it('delivers the messages of the tutorial between two terminals', async () => {
    const aki = wscat('Aki');
    const ben = wscat('Ben');
    await Promise.all([readConnectionId(aki), readConnectionId(ben)]);

    aki.writeLine('{"action":"sendmessage","message":"hello"}');
    expect(parseFrame(await ben.waitForLine('message'))).toMatchObject({
      type: 'message',
      room: 'lobby',
      from: { name: 'Aki' },
      message: 'hello',
    });
    expect(parseFrame(await aki.waitForLine('ack'))).toMatchObject({
      type: 'ack',
      action: 'sendmessage',
    });

    ben.writeLine('{"action":"sendmessage","message":"hi"}');
    expect(parseFrame(await aki.waitForLine('message'))).toMatchObject({
      from: { name: 'Ben' },
      message: 'hi',
    });
    await ben.waitForLine('ack');
    expect([...aki.remainingLines, ...ben.remainingLines]).toEqual([]);
    await Promise.all([aki.stop(), ben.stop()]);
  });

  it('shows a frame that another process posts to its connection', async () => {
    const terminal = wscat('Cleo');
    const ConnectionId = await readConnectionId(terminal);
    const endpoint = stack.url.replace('ws:', 'http:');
    const gateway = new ApiGatewayManagementApiClient({
      endpoint,
      region: 'local',
      credentials: localCredentials,
    });
    await gateway.send(new PostToConnectionCommand({ ConnectionId, Data: '{ "name": "hello" }' }));
    expect(await terminal.waitForLine('name')).toMatch(/{ "name": "hello" }$/);
    gateway.destroy();
    await terminal.stop();
  });
});

describe('the local stack', () => {
  it.each<[string, unknown, string]>([
    ['plain text', 'plain text', 'malformed'],
    ['an empty frame', '', 'malformed'],
    ['an array', '[]', 'malformed'],
    ['a number', '5', 'malformed'],
    ['a binary frame', Buffer.from('{"action":"ping"}'), 'malformed'],
    ['an unknown action', '{"action":"nope"}', 'unknown_action'],
    ['the prototype', '{"action":"__proto__"}', 'unknown_action'],
    ['a lifecycle route', '{"action":"$connect"}', 'unknown_action'],
    ['a missing field', '{"action":"sendmessage"}', 'invalid'],
    ['a wrong type', '{"action":"sendmessage","message":5}', 'invalid'],
    ['an unknown field', '{"action":"sendmessage","message":"x","to":"y"}', 'invalid'],
    ['5,000 characters', { action: 'sendmessage', message: 'x'.repeat(5_000) }, 'invalid'],
    ['130,000 bytes', { action: 'sendmessage', message: 'x'.repeat(129_950) }, 'invalid'],
  ])('answers %s by an error frame and keeps the connection', async (_case, parseFrame, code) => {
    const client = await WebSocketClient.open(stack.url);
    expect(await client.request(parseFrame)).toMatchObject({ type: 'error', code });
    expect(await client.request({ action: 'ping', id: 'p' })).toMatchObject({
      type: 'ack',
      id: 'p',
    });
    await client.close();
  });

  it('accepts 300 clients at once, and delivers a message once to each of the other 299', async () => {
    const clients = await Promise.all(
      Array.from({ length: 300 }, () => WebSocketClient.open(stack.url)),
    );
    const [sender, ...others] = clients;
    expect(await sender?.request({ action: 'sendmessage', message: 'to all' })).toMatchObject({
      type: 'ack',
    });
    const received = await Promise.all(others.map((client) => client.next()));
    expect(new Set(received.map(({ message }) => message))).toEqual(new Set(['to all']));
    expect(clients.flatMap(({ bufferedFrames }) => bufferedFrames)).toEqual([]);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('serves the page and the contract over HTTP, and only them', async () => {
    const address = `http://localhost:${stack.ports.http}/`;
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`content="${stack.url}"`);
    const tag = page.headers.get('etag') ?? '';
    const again = await fetch(address, { headers: { 'If-None-Match': tag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const contract = await fetch(`${address}contract`);
    expect(await contract.json()).toMatchObject({ asyncapi: '3.0.0' });
    expect((await fetch(`${address}other`)).status).toBe(404);
    expect((await fetch(address, { method: 'POST' })).status).toBe(404);
  });

  it('selects kaiwa.v1 among the offered subprotocols', async () => {
    const client = await WebSocketClient.open(stack.url, [
      'kaiwa.key.0123456789abcdef',
      'kaiwa.v1',
    ]);
    expect(client.socket.protocol).toBe('kaiwa.v1');
    await client.close();
  });

  it('rejects a client that offers only other subprotocols', async () => {
    await expect(WebSocketClient.open(stack.url, ['graphql-ws'])).rejects.toThrow('400');
  });

  it('continues the seqs of a room after a restart, and exits cleanly on Ctrl-C', async () => {
    const say = { action: 'sendmessage', message: 'x' };
    const before = await WebSocketClient.open(stack.url);
    const { seq } = await before.request(say);
    expect(await stack.stop()).toBe(0);
    await stack.start();
    const after = await WebSocketClient.open(stack.url);
    expect(await after.request(say)).toMatchObject({ seq: seq + 1 });
    await after.close();
  });

  it('names a busy port in one line, and exits with 1', async () => {
    const checkout = new ProjectCopy();
    const second = checkout.sls(['offline', 'start', '--stage', 'local'], stack.env);
    const line = await second.waitForLine('is in use');
    expect(line).toBe(`Port ${stack.ports.http} is in use. Set HTTP_PORT to a free port.`);
    expect(await second.waitForExit()).toBe(1);
    checkout.remove();
  });
});
