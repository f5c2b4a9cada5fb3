import { openTable, type TestTable } from '../../helpers/database.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let world: ValidWorld;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
  [aki, ben] = [await world.enter(room, { name: 'Aki', key }), await world.enter(room)];
  await world.ask(aki, { action: 'sendmessage', message: 'hello', room });
  world.clear();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const thumb = { action: 'react', seq: 1, emoji: '👍', room };

const userId = async (id: string) => (await world.person(id)).userId;

/** The reactions to the room's first message, emoji and people in the order of history. */
async function reactions(): Promise<[string, string[]][]> {
  const { messages } = await world.ask(ben, { action: 'history', room });
  return Object.entries(messages[0].reactions ?? {});
}

describe('react', () => {
  it.each([
    ['on, where it does not say', {}, true],
    ['on', { on: true }, true],
    ['off', { on: false }, false],
  ])('is acked and told to the others: %s', async (_, given, on) => {
    const ack = await world.send(ben, { ...thumb, ...given, id: 'b1' });
    expect(ack).toEqual({ type: 'ack', action: 'react', id: 'b1', room, seq: 2, target: 1 });
    expect(world.taken(aki)).toEqual([
      {
        type: 'reaction',
        room,
        seq: 2,
        target: 1,
        from: await world.person(ben),
        emoji: '👍',
        on,
        sentAt: expect.any(String),
      },
    ]);
    expect(world.taken(ben)).toEqual([]);
  });

  it('is any member’s, and shows in history beside the message as it was', async () => {
    const [before] = (await world.ask(ben, { action: 'history', room }))['messages'];
    await world.ask(aki, thumb);
    await world.ask(ben, thumb);
    const { messages } = await world.ask(ben, { action: 'history', room });
    const people = [await userId(aki), await userId(ben)];
    expect(messages).toEqual([{ ...before, reactions: { '👍': people } }]);
  });

  it('is one reaction however often it is put there, by whichever connection', async () => {
    const laptop = await world.enter(room, { key });
    for (const id of [aki, aki, laptop]) await world.ask(id, thumb);
    expect(await reactions()).toEqual([['👍', [await userId(aki)]]]);
  });

  it('is taken off by its person alone', async () => {
    await world.ask(aki, thumb);
    await world.ask(ben, thumb);
    await world.ask(aki, { ...thumb, on: false });
    expect(await reactions()).toEqual([['👍', [await userId(ben)]]]);
    await world.ask(ben, { ...thumb, on: false });
    expect(await reactions()).toEqual([]);
    const { messages } = await world.ask(ben, { action: 'history', room });
    expect(messages[0]).not.toHaveProperty('reactions');
  });

  it('is put back after it was taken off', async () => {
    for (const on of [true, false, true]) await world.ask(aki, { ...thumb, on });
    expect(await reactions()).toEqual([['👍', [await userId(aki)]]]);
  });

  it('comes to nothing where one takes off what was never there', async () => {
    await world.ask(aki, { ...thumb, on: false });
    expect(await reactions()).toEqual([]);
  });

  it('is shown in order of coming, emojis as well as people', async () => {
    const cleo = await world.enter(room);
    await world.ask(ben, { ...thumb, emoji: '🎉' });
    for (const id of [cleo, aki, ben]) await world.ask(id, thumb);
    await world.ask(cleo, { ...thumb, emoji: '🎉' });
    await world.ask(aki, { ...thumb, emoji: '🍵' });
    const [a, b, c] = [await userId(aki), await userId(ben), await userId(cleo)];
    expect(await reactions()).toEqual([
      ['🎉', [b, c]],
      ['👍', [c, a, b]],
      ['🍵', [a]],
    ]);
  });

  it('keeps its place where it is put there once more', async () => {
    for (const id of [aki, ben, aki]) await world.ask(id, thumb);
    expect(await reactions()).toEqual([['👍', [await userId(aki), await userId(ben)]]]);
  });

  it('loses its place where it was taken off meanwhile', async () => {
    for (const id of [aki, ben]) await world.ask(id, thumb);
    for (const on of [false, true]) await world.ask(aki, { ...thumb, on });
    expect(await reactions()).toEqual([['👍', [await userId(ben), await userId(aki)]]]);
  });

  it('is about one message alone', async () => {
    await world.ask(aki, { action: 'sendmessage', message: 'another', room });
    await world.ask(ben, { ...thumb, seq: 2 });
    expect(await reactions()).toEqual([]);
  });

  const odd = ['#', '~', '__proto__', 'constructor', 'toString', '%', ' ', '42', 'x'.repeat(16)];
  const sequences = ['🇯🇵', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧', '❤️', '👍🏽', '#️⃣', '\u00e9', 'e\u0301'];

  it.each([...odd, ...sequences])('takes %j as any other emoji', async (emoji) => {
    await world.ask(aki, { ...thumb, emoji });
    await world.ask(ben, { ...thumb, emoji });
    const people = [await userId(aki), await userId(ben)];
    expect(await reactions()).toEqual([[emoji, people]]);
    expect(world.taken(ben)).toMatchObject([{ type: 'reaction', emoji }]);
    await world.ask(aki, { ...thumb, emoji, on: false });
    expect(await reactions()).toEqual([[emoji, people.slice(1)]]);
  });

  it('tells all odd emojis apart', async () => {
    for (const emoji of [...odd, ...sequences]) await world.ask(aki, { ...thumb, emoji });
    const shown = (await reactions()).map(([emoji]) => emoji);
    expect(shown.toSorted()).toEqual([...odd, ...sequences].toSorted());
  });

  it.each(['', 'x'.repeat(17)])('refuses %j as an emoji', async (emoji) => {
    expect(await world.send(aki, { ...thumb, emoji })).toMatchObject({
      code: 'invalid',
      details: [{ path: '/emoji' }],
    });
  });

  it('does not find a deleted message, nor what is no message', async () => {
    await world.ask(aki, thumb);
    await world.ask(aki, { action: 'deletemessage', seq: 1, room });
    world.clear();
    for (const seq of [1, 2, 3, 4]) {
      expect(await world.send(ben, { ...thumb, seq })).toMatchObject({ code: 'not_found' });
    }
    expect(world.taken(aki)).toEqual([]);
  });
});
