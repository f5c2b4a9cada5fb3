import { openTestTable, type TestTable } from '../../helpers/database.ts';
import type { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  akiUserId,
  createOpsTable,
  createTestServer,
  eraseAki,
  otherUserIds,
  readAllRows,
  seedConversation,
} from './erasure-fixture.ts';

jest.setTimeout(60_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

/** Reads the log and the history of a room as a new member. */
async function readView(server: StrictTestServer, token = 'dora', room = 'tea') {
  const dora = await server.connect({ token });
  const log = await server.request(dora, { action: 'joinroom', room, after: 0 });
  const { messages } = await server.request(dora, { action: 'history', room });
  return { log, messages };
}

const getSeqs = (events: readonly Frame[]) => events.map(({ seq }) => seq);

describe('the log after eraseUser', () => {
  it('keeps the events of others under the same seqs, and stays complete', async () => {
    const { server } = await seedConversation(table);
    const before = await readView(server);
    await eraseAki(createOpsTable(table));
    const after = await readView(server);
    const events = before.log['events'].filter(({ from }: Frame) => from.userId !== akiUserId);
    expect(getSeqs(events)).toEqual([2, 4, 8, 9, 10, 11, 15, 16]);
    const recovered = { ...before.log, events, seq: 17, recovered: true };
    expect(after.log).toEqual(recovered);
  });

  it('shows the messages of others in history, with the reactions of others in order', async () => {
    const { server } = await seedConversation(table);
    const before = await readView(server);
    await eraseAki(createOpsTable(table));
    const after = await readView(server);
    const isKept = ({ from }: Frame) => from.userId !== akiUserId;
    const [first, ...rest] = before.messages.filter(isKept);
    const reactions = {
      '👍': ['ben', otherUserIds.longer, otherUserIds.part, otherUserIds.encoded],
    };
    expect(after.messages).toEqual([{ ...first, reactions }, ...rest]);
  });

  it('still proves that a recovery in an old room is complete', async () => {
    const time = { now: Date.UTC(2026, 10, 22) };
    const server = createTestServer(table, { now: () => time.now, retentionDays: 30 });
    const room = 'old';
    const act = async (token: string, message: string) => {
      const connection = await server.connectTo(room, { token });
      await server.request(connection, { action: 'sendmessage', room, message });
      return connection;
    };
    await act('ben', 'long ago');
    time.now += 31 * 24 * 3600_000;
    await act(akiUserId, 'my secret');
    await act(akiUserId, 'my secret');
    await eraseAki(createOpsTable(table));
    const ben = await server.connectTo(room, { token: 'ben' });
    const recover = (after: number) => server.request(ben, { action: 'joinroom', room, after });
    expect(await recover(3)).toMatchObject({ seq: 3, events: [], recovered: true });
    await act('ben', 'hello');
    expect(await recover(2)).toMatchObject({ seq: 4, events: [{ seq: 4 }], recovered: true });
    expect(await recover(0)).toMatchObject({ events: [{ seq: 4 }], recovered: false });
  });

  it('continues after the erased seqs', async () => {
    const { server, ben } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const ack = await server.request(ben, { action: 'sendmessage', room: 'tea', message: 'next' });
    expect(ack['seq']).toBe(18);
  });
});

describe('an erased message', () => {
  it.each<[string, Frame]>([
    ['answered', { action: 'sendmessage', message: 'What?', replyTo: 1 }],
    ['edited', { action: 'editmessage', seq: 1, message: 'mine now' }],
    ['deleted', { action: 'deletemessage', seq: 1 }],
    ['reacted to', { action: 'react', seq: 1, emoji: '👍' }],
  ])('cannot be %s by others or by its author', async (_name, request) => {
    const { server, ben } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki again' });
    const before = await readAllRows(table);
    for (const connection of [ben, again]) {
      expect(await server.send(connection, { room: 'tea', ...request })).toMatchObject({
        code: 'not_found',
      });
    }
    expect(await readAllRows(table)).toEqual(before);
  });

  it('no longer counts as unread, and its replies still refer to its seq', async () => {
    const { server, ben } = await seedConversation(table);
    const late = await server.connectTo('tea', { token: 'late' });
    await eraseAki(createOpsTable(table));
    const { rooms } = await server.request(late, { action: 'listrooms' });
    expect(rooms[1]).toEqual({ room: 'tea', seq: 17, read: 0, unread: 3 });
    const { messages } = await server.request(ben, { action: 'history', room: 'tea' });
    expect(messages[1]).toMatchObject({ seq: 4, replyTo: 1 });
  });

  it('becomes one new message if its author sends it again with its id', async () => {
    const { server } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki again' });
    const send = { action: 'sendmessage', room: 'tea', id: 'a1', message: 'once more' };
    const ack = await server.request(again, send);
    expect(ack['seq']).toBe(18);
    expect(await server.request(again, send)).toEqual(ack);
  });
});
