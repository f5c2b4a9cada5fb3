import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let server: StrictTestServer;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
  [aki, ben] = [await server.connectTo(room, { name: 'Aki', key }), await server.connectTo(room)];
  await server.request(aki, { action: 'sendmessage', message: 'hello', room });
  server.clearPushed();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const thumb = { action: 'react', seq: 1, emoji: '👍', room };

const getUserId = async (id: string) => (await server.getUser(id)).userId;

/** The reactions to the room's first message, emoji and people in the order of history. */
async function reactions(): Promise<[string, string[]][]> {
  const { messages } = await server.request(ben, { action: 'history', room });
  return Object.entries(messages[0].reactions ?? {});
}

describe('react', () => {
  it.each([
    ['on, where it does not say', {}, true],
    ['on', { on: true }, true],
    ['off', { on: false }, false],
  ])('is acked and told to the others: %s', async (_, given, on) => {
    const ack = await server.send(ben, { ...thumb, ...given, id: 'b1' });
    expect(ack).toEqual({ type: 'ack', action: 'react', id: 'b1', room, seq: 2, target: 1 });
    expect(server.drainPushed(aki)).toEqual([
      {
        type: 'reaction',
        room,
        seq: 2,
        target: 1,
        from: await server.getUser(ben),
        emoji: '👍',
        on,
        sentAt: expect.any(String),
      },
    ]);
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('is any member’s, and shows in history beside the message as it was', async () => {
    const [before] = (await server.request(ben, { action: 'history', room }))['messages'];
    await server.request(aki, thumb);
    await server.request(ben, thumb);
    const { messages } = await server.request(ben, { action: 'history', room });
    const people = [await getUserId(aki), await getUserId(ben)];
    expect(messages).toEqual([{ ...before, reactions: { '👍': people } }]);
  });

  it('is one reaction however often it is put there, by whichever connection', async () => {
    const laptop = await server.connectTo(room, { key });
    for (const id of [aki, aki, laptop]) await server.request(id, thumb);
    expect(await reactions()).toEqual([['👍', [await getUserId(aki)]]]);
  });

  it('is taken off by its person alone', async () => {
    await server.request(aki, thumb);
    await server.request(ben, thumb);
    await server.request(aki, { ...thumb, on: false });
    expect(await reactions()).toEqual([['👍', [await getUserId(ben)]]]);
    await server.request(ben, { ...thumb, on: false });
    expect(await reactions()).toEqual([]);
    const { messages } = await server.request(ben, { action: 'history', room });
    expect(messages[0]).not.toHaveProperty('reactions');
  });

  it('is put back after it was taken off', async () => {
    for (const on of [true, false, true]) await server.request(aki, { ...thumb, on });
    expect(await reactions()).toEqual([['👍', [await getUserId(aki)]]]);
  });

  it('comes to nothing where one takes off what was never there', async () => {
    await server.request(aki, { ...thumb, on: false });
    expect(await reactions()).toEqual([]);
  });

  it('is shown in order of coming, emojis as well as people', async () => {
    const cleo = await server.connectTo(room);
    await server.request(ben, { ...thumb, emoji: '🎉' });
    for (const id of [cleo, aki, ben]) await server.request(id, thumb);
    await server.request(cleo, { ...thumb, emoji: '🎉' });
    await server.request(aki, { ...thumb, emoji: '🍵' });
    const [a, b, c] = [await getUserId(aki), await getUserId(ben), await getUserId(cleo)];
    expect(await reactions()).toEqual([
      ['🎉', [b, c]],
      ['👍', [c, a, b]],
      ['🍵', [a]],
    ]);
  });

  it('keeps its place where it is put there once more', async () => {
    for (const id of [aki, ben, aki]) await server.request(id, thumb);
    expect(await reactions()).toEqual([['👍', [await getUserId(aki), await getUserId(ben)]]]);
  });

  it('loses its place where it was taken off meanwhile', async () => {
    for (const id of [aki, ben]) await server.request(id, thumb);
    for (const on of [false, true]) await server.request(aki, { ...thumb, on });
    expect(await reactions()).toEqual([['👍', [await getUserId(ben), await getUserId(aki)]]]);
  });

  it('is about one message alone', async () => {
    await server.request(aki, { action: 'sendmessage', message: 'another', room });
    await server.request(ben, { ...thumb, seq: 2 });
    expect(await reactions()).toEqual([]);
  });

  const odd = ['#', '~', '__proto__', 'constructor', 'toString', '%', ' ', '42', 'x'.repeat(16)];
  const sequences = ['🇯🇵', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧', '❤️', '👍🏽', '#️⃣', '\u00e9', 'e\u0301'];

  it.each([...odd, ...sequences])('takes %j as any other emoji', async (emoji) => {
    await server.request(aki, { ...thumb, emoji });
    await server.request(ben, { ...thumb, emoji });
    const people = [await getUserId(aki), await getUserId(ben)];
    expect(await reactions()).toEqual([[emoji, people]]);
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'reaction', emoji }]);
    await server.request(aki, { ...thumb, emoji, on: false });
    expect(await reactions()).toEqual([[emoji, people.slice(1)]]);
  });

  it('tells all odd emojis apart', async () => {
    for (const emoji of [...odd, ...sequences]) await server.request(aki, { ...thumb, emoji });
    const shown = (await reactions()).map(([emoji]) => emoji);
    expect(shown.toSorted()).toEqual([...odd, ...sequences].toSorted());
  });

  it.each(['', 'x'.repeat(17)])('refuses %j as an emoji', async (emoji) => {
    expect(await server.send(aki, { ...thumb, emoji })).toMatchObject({
      code: 'invalid',
      details: [{ path: '/emoji' }],
    });
  });

  it('does not find a deleted message, nor what is no message', async () => {
    await server.request(aki, thumb);
    await server.request(aki, { action: 'deletemessage', seq: 1, room });
    server.clearPushed();
    for (const seq of [1, 2, 3, 4]) {
      expect(await server.send(ben, { ...thumb, seq })).toMatchObject({ code: 'not_found' });
    }
    expect(server.drainPushed(aki)).toEqual([]);
  });
});
