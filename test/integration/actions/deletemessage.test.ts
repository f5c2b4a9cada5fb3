import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let server: StrictTestServer;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
  [aki, ben] = [await server.connectTo(room, { name: 'Aki', key }), await server.connectTo(room)];
  await server.request(aki, { action: 'sendmessage', message: 'a slip', room });
  server.clearPushed();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const remove = { action: 'deletemessage', seq: 1, room };

/** The room's messages as they now stand. */
async function history(): Promise<Frame[]> {
  return (await server.request(ben, { action: 'history', room }))['messages'];
}

describe('deletemessage', () => {
  it('is acked with its own number and its target’s, and told to the others', async () => {
    const ack = await server.send(aki, { ...remove, id: 'a1' });
    expect(ack).toEqual({
      type: 'ack',
      action: 'deletemessage',
      id: 'a1',
      room,
      seq: 2,
      target: 1,
    });
    expect(server.drainPushed(ben)).toEqual([
      {
        type: 'deleted',
        room,
        seq: 2,
        target: 1,
        from: await server.getUser(aki),
        sentAt: expect.any(String),
      },
    ]);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('leaves an empty text in history, with the time and all else as it was', async () => {
    await server.request(ben, { action: 'sendmessage', message: 'an answer', replyTo: 1, room });
    const [before, answer] = await history();
    server.clearPushed();
    await server.request(aki, remove);
    const [{ sentAt = '' } = {}] = server.drainPushed(ben);
    expect(await history()).toEqual([{ ...before, message: '', deletedAt: sentAt }, answer]);
  });

  it('empties an edited message, too', async () => {
    await server.request(aki, { action: 'editmessage', seq: 1, message: 'another slip', room });
    await server.request(aki, remove);
    expect(await history()).toMatchObject([{ message: '', deletedAt: expect.any(String) }]);
  });

  it('is final, even for an edit at the same time', async () => {
    const edit = { action: 'editmessage', seq: 1, message: 'another slip', room };
    await Promise.all([
      server.send(aki, edit),
      server.request(aki, remove),
      server.send(aki, edit),
    ]);
    expect(await history()).toMatchObject([{ message: '', deletedAt: expect.any(String) }]);
  });

  it('is the author’s on another connection of theirs, too', async () => {
    const laptop = await server.connectTo(room, { key });
    expect(await server.request(laptop, remove)).toMatchObject({ seq: 2, target: 1 });
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'deleted', target: 1 }]);
    expect(await history()).toMatchObject([{ message: '' }]);
  });

  it('is forbidden to anybody else, and changes nothing', async () => {
    const guest = await server.connectTo(room, { name: 'Aki' });
    const before = await findRows(table, '');
    server.clearPushed();
    for (const id of [ben, guest]) {
      const error = await server.send(id, { ...remove, id: 'b1' });
      expect(error).toMatchObject({
        type: 'error',
        action: 'deletemessage',
        id: 'b1',
        code: 'forbidden',
        retryable: false,
      });
    }
    expect(await findRows(table, '')).toEqual(before);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('does not find what is no message: a number too high, an edit’s, its own', async () => {
    await server.request(aki, { action: 'sendmessage', message: 'to be deleted', room });
    await server.request(aki, { action: 'editmessage', seq: 1, message: 'no slip', room });
    await server.request(aki, { ...remove, seq: 2 });
    server.clearPushed();
    for (const seq of [3, 4, 5, 999_999_999_999]) {
      const error = await server.send(aki, { ...remove, seq });
      expect(error).toMatchObject({ code: 'not_found', retryable: false });
    }
    expect(server.drainPushed(ben)).toEqual([]);
    expect(await history()).toMatchObject([{ message: 'no slip' }, { message: '' }]);
  });

  it('does not find a message that is deleted already, whoever asks', async () => {
    await server.request(aki, { ...remove, id: 'a1' });
    const before = await history();
    server.clearPushed();
    expect(await server.send(aki, remove)).toMatchObject({ code: 'not_found' });
    expect(await server.send(aki, { ...remove, id: 'a2' })).toMatchObject({ code: 'not_found' });
    expect(await server.send(ben, { ...remove, id: 'a1' })).toMatchObject({ code: 'not_found' });
    expect(server.drainPushed(ben)).toEqual([]);
    expect(await history()).toEqual(before);
  });
});
