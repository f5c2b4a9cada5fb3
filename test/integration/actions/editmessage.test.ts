import { openTable, type TestTable } from '../../helpers/database.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let world: ValidWorld;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
  [aki, ben] = [await world.enter(room, { name: 'Aki', key }), await world.enter(room)];
  await world.ask(aki, { action: 'sendmessage', message: 'helo', room });
  world.clear();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const edit = { action: 'editmessage', seq: 1, message: 'hello', room };

/** The room's messages as they now stand. */
async function history(): Promise<Frame[]> {
  return (await world.ask(ben, { action: 'history', room }))['messages'];
}

describe('editmessage', () => {
  it('is acked with its own number and its target’s, and told to the others', async () => {
    const ack = await world.send(aki, { ...edit, id: 'a1' });
    expect(ack).toEqual({
      type: 'ack',
      action: 'editmessage',
      id: 'a1',
      room,
      seq: 2,
      target: 1,
    });
    expect(world.taken(ben)).toEqual([
      {
        type: 'edited',
        room,
        seq: 2,
        target: 1,
        from: await world.person(aki),
        message: 'hello',
        sentAt: expect.any(String),
      },
    ]);
    expect(world.taken(aki)).toEqual([]);
  });

  it('shows in history, with the time of the edit and all else as it was', async () => {
    const [before] = await history();
    await world.ask(aki, edit);
    const [{ sentAt = '' } = {}] = world.taken(ben);
    expect(await history()).toEqual([{ ...before, message: 'hello', editedAt: sentAt }]);
  });

  it('leaves the last of two edits standing', async () => {
    await world.ask(aki, edit);
    await world.ask(aki, { ...edit, message: 'hello there' });
    const [, last] = world.taken(ben);
    expect(await history()).toMatchObject([{ message: 'hello there', editedAt: last?.['sentAt'] }]);
  });

  it('leaves the highest of many edits at once standing', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
    await Promise.all(texts.map((message) => world.ask(aki, { ...edit, message })));
    const highest = world
      .taken(ben)
      .toSorted((a, b) => a['seq'] - b['seq'])
      .at(-1);
    expect(await history()).toMatchObject([{ message: highest?.['message'] }]);
  });

  it('touches no other message', async () => {
    await world.ask(ben, { action: 'sendmessage', message: 'from Ben', room });
    await world.ask(aki, { action: 'sendmessage', message: 'in the lobby' });
    await world.ask(aki, edit);
    const [, other] = await history();
    expect(other).toMatchObject({ seq: 2, message: 'from Ben' });
    expect(other).not.toHaveProperty('editedAt');
    const lobby = await world.ask(ben, { action: 'history' });
    expect(lobby['messages']).toMatchObject([{ seq: 1, message: 'in the lobby' }]);
  });

  it('is the author’s on another connection of theirs, too', async () => {
    const laptop = await world.enter(room, { key });
    expect(await world.ask(laptop, edit)).toMatchObject({ seq: 2, target: 1 });
    expect(world.taken(aki)).toMatchObject([{ type: 'edited', target: 1 }]);
    expect(await history()).toMatchObject([{ message: 'hello' }]);
  });

  it('is forbidden to anybody else, and changes nothing', async () => {
    const before = await history();
    const error = await world.send(ben, { ...edit, id: 'b1' });
    expect(error).toMatchObject({
      type: 'error',
      action: 'editmessage',
      id: 'b1',
      code: 'forbidden',
      retryable: false,
    });
    expect(await history()).toEqual(before);
    expect(world.taken(aki)).toEqual([]);
  });

  it('is forbidden to one without a key on another connection, of the same name even', async () => {
    const [one, two] = [
      await world.enter(room, { name: 'Guest' }),
      await world.enter(room, { name: 'Guest' }),
    ];
    const { seq } = await world.ask(one, { action: 'sendmessage', message: 'helo', room });
    expect(await world.send(two, { ...edit, seq })).toMatchObject({ code: 'forbidden' });
    expect(await world.send(one, { ...edit, seq })).toMatchObject({ type: 'ack', target: seq });
  });

  it('does not find what is no message: a number too high, an edit’s, a reaction’s', async () => {
    await world.ask(aki, edit);
    await world.ask(aki, { action: 'react', seq: 1, emoji: '👍', room });
    world.clear();
    for (const seq of [2, 3, 4, 999_999_999_999]) {
      const error = await world.send(aki, { ...edit, seq });
      expect(error).toMatchObject({ code: 'not_found', retryable: false });
    }
    expect(world.taken(ben)).toEqual([]);
    const ack = await world.ask(ben, { action: 'joinroom', room, after: 3 });
    expect(ack).toMatchObject({ seq: 3, events: [] });
  });

  it('does not find a deleted message, whoever asks', async () => {
    await world.ask(aki, { action: 'deletemessage', seq: 1, room });
    expect(await world.send(aki, edit)).toMatchObject({ code: 'not_found' });
    expect(await world.send(ben, edit)).toMatchObject({ code: 'not_found' });
  });

  it('does not find a message of another room by its number here', async () => {
    await world.ask(aki, { action: 'sendmessage', message: 'in the lobby' });
    await world.ask(aki, { action: 'sendmessage', message: 'in the lobby' });
    expect(await world.send(aki, { ...edit, seq: 2 })).toMatchObject({ code: 'not_found' });
  });
});
