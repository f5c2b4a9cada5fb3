import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { holdFirst } from '../../helpers/hold-first.ts';
import { isClaimRead, isClaimWrite, isLogWrite } from '../../helpers/table-calls.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** The requests that a deletion of the message rejects. */
const requests: [string, Frame][] = [
  ['an edit', { action: 'editmessage', seq: 1, message: 'late', id: 'late' }],
  ['a reaction', { action: 'react', seq: 1, emoji: '👍', id: 'late' }],
  ['a second deletion', { action: 'deletemessage', seq: 1, id: 'late' }],
];

let rooms = 0;

/** Creates a room with one message, whose author has two connections, and a clock that the test moves. */
async function createRoom() {
  rooms += 1;
  const room = `rejected-${rooms}`;
  const clock = { now: Date.UTC(2026, 10, 22) };
  const now = () => clock.now;
  const server = new TestServer(table, { now });
  const key = `the-author-of-${room}`;
  const [phone, laptop] = [await server.connect({ key }), await server.connect({ key })];
  const reader = await server.connect();
  for (const id of [phone, laptop, reader]) await server.send(id, { action: 'joinroom', room });
  const asPhone = (frame: Frame) => server.send(phone, { room, ...frame });
  await asPhone({ action: 'sendmessage', message: 'first' });
  return {
    clock,
    room,
    asPhone,
    /** Sends a request by an invocation whose calls reach this table. */
    asLaptop: (frame: Frame, slowTable = table) =>
      new TestServer(slowTable, { now }).send(laptop, { room, ...frame }),
    deleteMessage: () => asPhone({ action: 'deletemessage', seq: 1, id: 'first' }),
    /** Returns the seqs of the events that a client recovers after the message. */
    recoverSeqs: async () => {
      const { events } = await server.send(reader, { action: 'joinroom', room, after: 1 });
      return events.map(({ seq }: Frame) => seq);
    },
  };
}

describe.each(requests)('a retry of %s that is not found', (_name, request) => {
  it.each([0, 25_500])('ends the first attempt, whose write arrives %d ms later', async (ms) => {
    const { clock, asLaptop, asPhone, deleteMessage, recoverSeqs } = await createRoom();
    const slow = holdFirst(table, isLogWrite);
    const first = asLaptop(request, slow.table);
    await slow.reached;
    const { seq } = await deleteMessage();
    clock.now += ms;
    expect(await asPhone(request)).toMatchObject({ code: 'not_found' });
    slow.release();
    expect(await first).toMatchObject({ code: ms === 0 ? 'not_found' : 'unavailable' });
    expect(await asPhone(request)).toMatchObject({ code: 'not_found' });
    expect(await recoverSeqs()).toEqual([seq]);
  });

  it('ends the first attempt, which has no claim yet', async () => {
    const { asLaptop, asPhone, deleteMessage, recoverSeqs } = await createRoom();
    const slow = holdFirst(table, isClaimWrite);
    const first = asLaptop(request, slow.table);
    await slow.reached;
    const { seq } = await deleteMessage();
    expect(await asPhone(request)).toMatchObject({ code: 'not_found' });
    slow.release();
    expect(await first).toMatchObject({ code: 'not_found' });
    expect(await recoverSeqs()).toEqual([seq]);
  });

  it('is acked instead if another attempt has moved the claim and stored the event', async () => {
    const { clock, asLaptop, asPhone, deleteMessage, recoverSeqs } = await createRoom();
    const first = holdFirst(table, isLogWrite);
    const attempts = [asLaptop(request, first.table)];
    await first.reached;
    clock.now += 26_000;
    const second = holdFirst(table, isClaimRead, 'after');
    attempts.push(asLaptop(request, second.table));
    await second.reached;
    const ack = await asPhone(request);
    await deleteMessage();
    second.release();
    first.release();
    expect(await Promise.all(attempts)).toEqual([ack, ack]);
    expect(await recoverSeqs()).toContain(ack['seq']);
  });
});

describe('a retry of a reply that is not found', () => {
  it('ends the first attempt, which has no claim yet', async () => {
    const { room, asLaptop, asPhone, recoverSeqs } = await createRoom();
    const request = { action: 'sendmessage', message: 'late', replyTo: 1, id: 'late' };
    const slow = holdFirst(table, isClaimWrite);
    const first = asLaptop(request, slow.table);
    await slow.reached;
    const Key = { pk: `LOG#${room}`, sk: 'M000000000001' };
    await table.client.send(new DeleteCommand({ TableName: table.tableName, Key }));
    expect(await asPhone(request)).toMatchObject({ code: 'not_found' });
    slow.release();
    expect(await first).toMatchObject({ code: 'not_found' });
    expect(await recoverSeqs()).toEqual([]);
  });
});
