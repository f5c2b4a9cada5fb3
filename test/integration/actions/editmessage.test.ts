import { openTestTable, type TestTable } from '../../helpers/database.ts';
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
  await server.request(aki, { action: 'sendmessage', message: 'helo', room });
  server.clearPushed();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const edit = { action: 'editmessage', seq: 1, message: 'hello', room };

/** The room's messages as they now stand. */
async function history(): Promise<Frame[]> {
  return (await server.request(ben, { action: 'history', room }))['messages'];
}

describe('editmessage', () => {
  it('is acked with its own number and its target’s, and told to the others', async () => {
    const ack = await server.send(aki, { ...edit, id: 'a1' });
    expect(ack).toEqual({
      type: 'ack',
      action: 'editmessage',
      id: 'a1',
      room,
      seq: 2,
      target: 1,
    });
    expect(server.drainPushed(ben)).toEqual([
      {
        type: 'edited',
        room,
        seq: 2,
        target: 1,
        from: await server.getUser(aki),
        message: 'hello',
        sentAt: expect.any(String),
      },
    ]);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('shows in history, with the time of the edit and all else as it was', async () => {
    const [before] = await history();
    await server.request(aki, edit);
    const [{ sentAt = '' } = {}] = server.drainPushed(ben);
    expect(await history()).toEqual([{ ...before, message: 'hello', editedAt: sentAt }]);
  });

  it('leaves the last of two edits standing', async () => {
    await server.request(aki, edit);
    await server.request(aki, { ...edit, message: 'hello there' });
    const [, last] = server.drainPushed(ben);
    expect(await history()).toMatchObject([{ message: 'hello there', editedAt: last?.['sentAt'] }]);
  });

  it('leaves the highest of many edits at once standing', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
    await Promise.all(texts.map((message) => server.request(aki, { ...edit, message })));
    const highest = server
      .drainPushed(ben)
      .toSorted((a, b) => a['seq'] - b['seq'])
      .at(-1);
    expect(await history()).toMatchObject([{ message: highest?.['message'] }]);
  });

  it('touches no other message', async () => {
    await server.request(ben, { action: 'sendmessage', message: 'from Ben', room });
    await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
    await server.request(aki, edit);
    const [, other] = await history();
    expect(other).toMatchObject({ seq: 2, message: 'from Ben' });
    expect(other).not.toHaveProperty('editedAt');
    const lobby = await server.request(ben, { action: 'history' });
    expect(lobby['messages']).toMatchObject([{ seq: 1, message: 'in the lobby' }]);
  });

  it('is the author’s on another connection of theirs, too', async () => {
    const laptop = await server.connectTo(room, { key });
    expect(await server.request(laptop, edit)).toMatchObject({ seq: 2, target: 1 });
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'edited', target: 1 }]);
    expect(await history()).toMatchObject([{ message: 'hello' }]);
  });

  it('is forbidden to anybody else, and changes nothing', async () => {
    const before = await history();
    const error = await server.send(ben, { ...edit, id: 'b1' });
    expect(error).toMatchObject({
      type: 'error',
      action: 'editmessage',
      id: 'b1',
      code: 'forbidden',
      retryable: false,
    });
    expect(await history()).toEqual(before);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('is forbidden to one without a key on another connection, of the same name even', async () => {
    const [one, two] = [
      await server.connectTo(room, { name: 'Guest' }),
      await server.connectTo(room, { name: 'Guest' }),
    ];
    const { seq } = await server.request(one, { action: 'sendmessage', message: 'helo', room });
    expect(await server.send(two, { ...edit, seq })).toMatchObject({ code: 'forbidden' });
    expect(await server.send(one, { ...edit, seq })).toMatchObject({ type: 'ack', target: seq });
  });

  it('does not find what is no message: a number too high, an edit’s, a reaction’s', async () => {
    await server.request(aki, edit);
    await server.request(aki, { action: 'react', seq: 1, emoji: '👍', room });
    server.clearPushed();
    for (const seq of [2, 3, 4, 999_999_999_999]) {
      const error = await server.send(aki, { ...edit, seq });
      expect(error).toMatchObject({ code: 'not_found', retryable: false });
    }
    expect(server.drainPushed(ben)).toEqual([]);
    const ack = await server.request(ben, { action: 'joinroom', room, after: 3 });
    expect(ack).toMatchObject({ seq: 3, events: [] });
  });

  it('does not find a deleted message, whoever asks', async () => {
    await server.request(aki, { action: 'deletemessage', seq: 1, room });
    expect(await server.send(aki, edit)).toMatchObject({ code: 'not_found' });
    expect(await server.send(ben, edit)).toMatchObject({ code: 'not_found' });
  });

  it('does not find a message of another room by its number here', async () => {
    await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
    await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
    expect(await server.send(aki, { ...edit, seq: 2 })).toMatchObject({ code: 'not_found' });
  });
});
