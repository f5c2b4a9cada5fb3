import { randomUUID } from 'node:crypto';
import { unreadScanLimit } from '../../../schemas/fields.ts';
import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Creates a room on a metered table. Aki has sent a text a number of times, and Ben reads it. */
async function createRoom(count: number, message: string) {
  const meter = new CapacityMeter();
  const server = new TestServer(meter.table(table));
  const room = `room-${randomUUID()}`;
  const [aki, ben] = [await server.connect({ name: 'Aki' }), await server.connect({ name: 'Ben' })];
  for (const id of [aki, ben]) await server.send(id, { action: 'joinroom', room });
  const author = await server.store.connections.find(aki);
  if (!author) throw new Error('The connection of Aki is missing.');
  const append = () =>
    server.store.eventLog.append(room, author, { type: 'message', id: 'i', message });
  for (let from = 0; from < count; from += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - from) }, append));
  }
  return { meter, server, room, aki, ben };
}

/** The text with the most bytes. */
const longest = '€'.repeat(4_096);

describe('a page of the longest messages', () => {
  it.each([
    ['history', { action: 'history', limit: 100 }],
    ['history forwards', { action: 'history', after: 0, limit: 100 }],
    ['joinroom', { action: 'joinroom', after: 0 }],
  ])('[SEC-046] reads by %s little more than fits into a frame', async (_name, request) => {
    const { meter, server, room, ben } = await createRoom(100, longest);
    let shown = 0;
    const { read } = await meter.measure(async () => {
      const page = await server.send(ben, { ...request, room });
      shown = (page['messages'] ?? page['events']).length;
      expect(page['more']).toBe(true);
    });
    expect(shown).toBeGreaterThan(8);
    // A read of all hundred messages costs 300 units.
    expect(read).toBeLessThan(90);
  });
});

describe('recovery', () => {
  it('returns no event after a long message that it has not read, and returns `more`', async () => {
    const { server, room, ben } = await createRoom(60, longest);
    await server.send(ben, { action: 'react', room, seq: 1, emoji: '👍' });
    const seen: number[] = [];
    for (let more = true; more; ) {
      const missed = await server.store.recovery.eventsAfter(room, seen.at(-1) ?? 0);
      expect(missed.events.length).toBeLessThan(60);
      seen.push(...missed.events.map(({ seq }) => seq));
      more = missed.more;
    }
    expect(seen).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
  });
});

describe('a page of control characters, of six bytes each in JSON', () => {
  it('fits into a frame of the gateway', async () => {
    const { server, room, ben } = await createRoom(15, '\u009b'.repeat(4_096));
    const event = createGatewayEvent('MESSAGE', 'history', ben);
    const body = JSON.stringify({ action: 'history', room });
    const { body: reply = '' } = await server.invoke({ ...event, body });
    expect(JSON.parse(reply)).toMatchObject({ type: 'ack', more: true });
    expect(Buffer.byteLength(reply)).toBeLessThan(128 * 1024);
  });
});

describe('the count of unread messages', () => {
  it('covers the first thousand messages after the read marker, including the user’s own', async () => {
    const { meter, server, room, aki, ben } = await createRoom(unreadScanLimit, 'hello');
    await server.send(ben, { action: 'sendmessage', room, message: 'hello' });
    const unread = async (id: string) => {
      const { rooms } = await server.send(id, { action: 'listrooms' });
      return rooms.find((listed: { room: string }) => listed.room === room).unread;
    };
    expect(await unread(aki)).toBe(0);
    await server.send(aki, { action: 'markread', room, seq: 1 });
    expect(await unread(aki)).toBe(1);
    const { read } = await meter.measure(() => unread(ben));
    expect(read).toBeLessThan(30);
  });
});
