import { readData, type Units } from '../../../src/build/docs/data.ts';
import { createGuestAuthenticator } from '../../../src/server/auth/guest.ts';
import { createAwsClient } from '../../../src/server/aws/client.ts';
import { createPayload } from '../../../src/server/aws/sigv4.ts';
import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

jest.setTimeout(180_000);

let table: TestTable;
let server: TestServer;
const meter = new CapacityMeter();
const room = 'tea';
const { roomSize } = readData('costs');
let members: string[];

beforeAll(async () => {
  table = await openTestTable();
  const authenticator = {
    ...createGuestAuthenticator(async () => 'pepper'),
    verifyToken: async () => ({
      userId: await getUserId(members[0] ?? ''),
      expiresAt: Date.now() + 60_000,
    }),
  };
  server = new TestServer(meter.table(table), { authenticator });
  members = await Promise.all(
    Array.from({ length: roomSize }, (_, index) => server.connect({ name: `m${index}` })),
  );
  for (const id of members) await server.send(id, { action: 'joinroom', room });
});
afterAll(() => table.close());

/** Returns the user id of a connection, read without the meter. */
async function getUserId(connectionId: string): Promise<string> {
  const connection = await new TestServer(table).store.connections.find(connectionId);
  return connection?.userId ?? '';
}

/** Sends a request that must be acked. */
async function request(frame: Frame, by = members[0] ?? ''): Promise<void> {
  expect(await server.send(by, frame)).toMatchObject({ type: 'ack' });
}

/** Returns the units that a request in the room consumes. */
const measureInRoom = (frame: Frame) => meter.measure(() => request({ room, ...frame }));

/** Creates a message with all fields that a client sends. */
const createMessage = (bytes: number, id: string) => ({
  action: 'sendmessage',
  id,
  message: 'x'.repeat(bytes),
});
const uuid = '7b0d5c2e-9a41-4f3b-8c77-0e5d1f2a3b4c';

describe('the cost in capacity units in a room of 20', () => {
  it('is three write units for a message under 900 bytes', async () => {
    expect((await measureInRoom(createMessage(899, uuid))).write).toBe(3);
  });

  it('[SEC-033] is the same for a table of 100 and of 100,000 connections', async () => {
    await addConnections(0, 100);
    const few = await measureInRoom(createMessage(100, 'few'));
    await addConnections(100, 100_000);
    expect(await measureInRoom(createMessage(100, 'many'))).toEqual(few);
  });

  it('equals the documented units for every action', async () => {
    const { seq } = await server.send(members[0] ?? '', { ...createMessage(1, 'first'), room });
    const costs: Record<string, Units> = {};
    for (const [id, step] of listSteps(seq)) costs[id] = await meter.measure(step);
    const documented = readData('costs').actions.map(({ id, read, write }) => [
      id,
      { read, write },
    ]);
    expect(costs).toEqual(Object.fromEntries(documented));
  });
});

/** Lists what is measured, in order. `seq` is that of a message of the first member. */
function listSteps(seq: number): [id: string, step: () => Promise<unknown>][] {
  let guest = '';
  const inRoom = (frame: Frame) => () => request({ room, ...frame });
  const last = members.at(-1);
  return [
    [
      'connect',
      async () => {
        guest = await server.connect({ name: 'guest' });
      },
    ],
    ['disconnect', () => server.disconnect(guest)],
    ['sendmessage', inRoom(createMessage(100, 'with-id'))],
    ['sendmessageWithoutId', inRoom({ action: 'sendmessage', message: 'x' })],
    ['sendmessageRepeated', inRoom(createMessage(100, 'with-id'))],
    ['editmessage', inRoom({ action: 'editmessage', id: 'e', seq, message: 'y' })],
    ['react', inRoom({ action: 'react', id: 'r', seq, emoji: '👍' })],
    ['reactWithKnownEmoji', inRoom({ action: 'react', id: 'r2', seq, emoji: '👍' })],
    ['deletemessage', inRoom({ action: 'deletemessage', id: 'd', seq })],
    ['history', inRoom({ action: 'history', limit: 5 })],
    ['joinroomAsMember', inRoom({ action: 'joinroom', after: seq + 20 })],
    ['typing', inRoom({ action: 'typing', typing: true })],
    ['markread', inRoom({ action: 'markread', seq })],
    ['authenticate', () => request({ action: 'authenticate', token: 'any' })],
    ['members', inRoom({ action: 'members' })],
    ['identity', () => request({ action: 'identity' })],
    ['ping', () => request({ action: 'ping' })],
    ['listrooms', () => request({ action: 'listrooms' })],
    ['leaveroom', () => request({ action: 'leaveroom', room }, last)],
    ['joinroom', () => request({ action: 'joinroom', room }, last)],
  ];
}

/** Adds connections of other users to the table. */
async function addConnections(from: number, to: number): Promise<void> {
  // The SDK's client would take longer than the engine to write a hundred thousand rows.
  const send = createAwsClient({
    ...table.sdkConfig,
    service: 'dynamodb',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
    },
    now: Date.now,
  });
  const row = (index: number) => ({
    pk: { S: `CONN#other-${index}` },
    sk: { S: 'CONN' },
    userId: { S: 'u' },
    name: { S: 'n' },
    rooms: { SS: ['lobby'] },
  });
  const batch = async (start: number) => {
    const puts = Array.from({ length: Math.min(25, to - start) }, (_, index) => ({
      PutRequest: { Item: row(start + index) },
    }));
    const request = createPayload(JSON.stringify({ RequestItems: { [table.tableName]: puts } }));
    expect(await send('/', request, { timeoutMs: 30_000 })).toMatchObject({ status: 200 });
  };
  const starts = Array.from(
    { length: Math.ceil((to - from) / 25) },
    (_, index) => from + 25 * index,
  );
  await forEachConcurrent(starts.values(), 8, batch);
}
