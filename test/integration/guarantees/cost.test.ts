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
const costs = new Map<string, Units>();

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

/** Returns the units that a request in the room consumes. */
async function cost(frame: Frame): Promise<Units> {
  return meter.measure(async () => {
    expect(await server.send(members[0] ?? '', { room, ...frame })).toMatchObject({ type: 'ack' });
  });
}

/** A message with all fields that a client sends. */
const send = (bytes: number, id: string) => ({
  action: 'sendmessage',
  id,
  message: 'x'.repeat(bytes),
});
const uuid = '7b0d5c2e-9a41-4f3b-8c77-0e5d1f2a3b4c';

describe('the cost in capacity units in a room of 20', () => {
  it('is three write units for a message under 900 bytes', async () => {
    expect((await cost(send(899, uuid))).write).toBe(3);
  });

  it('[SEC-033] is the same for a table of 100 and of 100,000 connections', async () => {
    await addConnections(0, 100);
    const few = await cost(send(100, 'few'));
    await addConnections(100, 100_000);
    expect(await cost(send(100, 'many'))).toEqual(few);
  });

  it('equals the documented units for every action', async () => {
    const first = await server.send(members[0] ?? '', {
      action: 'sendmessage',
      room,
      message: 'x',
    });
    const { seq } = first;
    const guest = { name: 'guest' };
    let id = '';
    costs.set(
      'connect',
      await meter.measure(async () => {
        id = await server.connect(guest);
      }),
    );
    costs.set('disconnect', await meter.measure(() => server.disconnect(id)));
    costs.set('sendmessage', await cost(send(100, 'with-id')));
    costs.set('sendmessageWithoutId', await cost({ action: 'sendmessage', message: 'x' }));
    costs.set('sendmessageRepeated', await cost(send(100, 'with-id')));
    costs.set('editmessage', await cost({ action: 'editmessage', id: 'e', seq, message: 'y' }));
    costs.set('react', await cost({ action: 'react', id: 'r', seq, emoji: '👍' }));
    costs.set('reactWithKnownEmoji', await cost({ action: 'react', id: 'r2', seq, emoji: '👍' }));
    costs.set('deletemessage', await cost({ action: 'deletemessage', id: 'd', seq }));
    costs.set('history', await cost({ action: 'history', limit: 5 }));
    costs.set('joinroomAsMember', await cost({ action: 'joinroom', after: seq + 20 }));
    costs.set('typing', await cost({ action: 'typing', typing: true }));
    costs.set('markread', await cost({ action: 'markread', seq }));
    const authenticating = async () =>
      server.send(members[0] ?? '', { action: 'authenticate', token: 'any' });
    costs.set('authenticate', await meter.measure(authenticating));
    costs.set('members', await cost({ action: 'members' }));
    costs.set(
      'identity',
      await meter.measure(() => server.send(members[0] ?? '', { action: 'identity' })),
    );
    costs.set('ping', await meter.measure(() => server.send(members[0] ?? '', { action: 'ping' })));
    const listing = async () => server.send(members[0] ?? '', { action: 'listrooms' });
    costs.set('listrooms', await meter.measure(listing));
    const leaving = async () => server.send(members[19] ?? '', { action: 'leaveroom', room });
    costs.set('leaveroom', await meter.measure(leaving));
    const joining = async () => server.send(members[19] ?? '', { action: 'joinroom', room });
    costs.set('joinroom', await meter.measure(joining));

    const documented = readData('costs').actions.map(({ id, read, write }) => [
      id,
      { read, write },
    ]);
    expect(Object.fromEntries(costs)).toEqual(Object.fromEntries(documented));
  });
});

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
