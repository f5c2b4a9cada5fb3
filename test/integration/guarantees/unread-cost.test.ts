import { randomUUID } from 'node:crypto';
import { encodeEvent } from '../../../src/server/store/event-rows.ts';
import { logKey } from '../../../src/server/store/keys.ts';
import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../helpers/fakes/faulty-dynamo.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** As many bytes as the longest text has. The engine bills a character of four bytes as two. */
const longest = 'x'.repeat(4 * 4_096);

/** As many emojis as a message takes, each with as many bytes as the longest. */
const emojis = new Set(Array.from({ length: 20 }, (_, n) => String(n).padStart(64)));

/** A message with few bytes, and one with the most that an outsider can give it. */
const short = { t: 'hello' };
const edited = { t: longest, x: longest, xs: 9_999, xa: Date.now(), em: emojis };

/** Creates a room with these messages of another user, and one member who has read none. */
async function createRoom(messages: readonly object[]) {
  const meter = new CapacityMeter();
  const room = `room-${randomUUID()}`;
  const pages: TableCall[] = [];
  const intercepted = interceptTable(meter.table(table), (call, proceed) => {
    if (call.pk === `LOG#${room}` && call.sk === 'M000000000001') pages.push(call);
    return proceed();
  });
  const server = new TestServer(intercepted);
  const author = { userId: 'author', name: 'Aki' };
  for (const [index, attributes] of messages.entries()) {
    const seq = index + 1;
    const at = { seq, takenAt: Date.now(), sentAt: Date.now() };
    const row = encodeEvent(author, { type: 'message', id: 'i', message: '' }, at);
    const Item = { ...logKey(room, 'M', seq), ...row, ...attributes };
    await table.dynamoClient('PutItem', { TableName: table.tableName, Item });
  }
  const reader = await server.connect();
  await server.send(reader, { action: 'joinroom', room });
  const unread = async () => {
    const { rooms } = await server.send(reader, { action: 'listrooms' });
    return rooms.find((listed: { room: string }) => listed.room === room).unread;
  };
  return { meter, unread, pages };
}

const repeat = (count: number, message: object) => Array.from({ length: count }, () => message);

describe('the count of unread messages', () => {
  it('[SEC-091] reads at most 120 units in a room of the longest messages, each edited', async () => {
    const { meter, unread } = await createRoom(repeat(200, edited));
    const { read } = await meter.measure(unread);
    expect(read).toBeLessThanOrEqual(120);
  });

  it('counts at least ten of the longest messages', async () => {
    const { unread } = await createRoom(repeat(30, edited));
    expect(await unread()).toBeGreaterThanOrEqual(10);
  });

  it.each([1, 12, 34, 56, 78, 90])(
    'reads little more than 200 units if the longest messages follow %i short ones',
    async (count) => {
      const { meter, unread } = await createRoom([...repeat(count, short), ...repeat(150, edited)]);
      const { read } = await meter.measure(unread);
      // The rest of `listrooms` reads the newest messages of two rooms, and two read markers.
      expect(read).toBeLessThan(200 + 20);
    },
  );

  it('is exact for a hundred short messages, in five round trips', async () => {
    const { unread, pages } = await createRoom(repeat(100, short));
    expect(await unread()).toBe(100);
    expect(pages.length).toBe(5);
  });

  it('is exact for 99 messages of 1,000 characters', async () => {
    const { unread } = await createRoom(repeat(99, { t: 'x'.repeat(1_000) }));
    expect(await unread()).toBe(99);
  });
});
