import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
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
  await world.ask(aki, { action: 'sendmessage', message: 'a slip', room });
  world.clear();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const remove = { action: 'deletemessage', seq: 1, room };

/** The room's messages as they now stand. */
async function history(): Promise<Frame[]> {
  return (await world.ask(ben, { action: 'history', room }))['messages'];
}

describe('deletemessage', () => {
  it('is acked with its own number and its target’s, and told to the others', async () => {
    const ack = await world.send(aki, { ...remove, id: 'a1' });
    expect(ack).toEqual({
      type: 'ack',
      action: 'deletemessage',
      id: 'a1',
      room,
      seq: 2,
      target: 1,
    });
    expect(world.taken(ben)).toEqual([
      {
        type: 'deleted',
        room,
        seq: 2,
        target: 1,
        from: await world.person(aki),
        sentAt: expect.any(String),
      },
    ]);
    expect(world.taken(aki)).toEqual([]);
  });

  it('leaves an empty text in history, with the time and all else as it was', async () => {
    await world.ask(ben, { action: 'sendmessage', message: 'an answer', replyTo: 1, room });
    const [before, answer] = await history();
    world.clear();
    await world.ask(aki, remove);
    const [{ sentAt = '' } = {}] = world.taken(ben);
    expect(await history()).toEqual([{ ...before, message: '', deletedAt: sentAt }, answer]);
  });

  it('empties an edited message, too', async () => {
    await world.ask(aki, { action: 'editmessage', seq: 1, message: 'another slip', room });
    await world.ask(aki, remove);
    expect(await history()).toMatchObject([{ message: '', deletedAt: expect.any(String) }]);
  });

  it('is final, even for an edit at the same time', async () => {
    const edit = { action: 'editmessage', seq: 1, message: 'another slip', room };
    await Promise.all([world.send(aki, edit), world.ask(aki, remove), world.send(aki, edit)]);
    expect(await history()).toMatchObject([{ message: '', deletedAt: expect.any(String) }]);
  });

  it('is the author’s on another connection of theirs, too', async () => {
    const laptop = await world.enter(room, { key });
    expect(await world.ask(laptop, remove)).toMatchObject({ seq: 2, target: 1 });
    expect(world.taken(aki)).toMatchObject([{ type: 'deleted', target: 1 }]);
    expect(await history()).toMatchObject([{ message: '' }]);
  });

  it('is forbidden to anybody else, and changes nothing', async () => {
    const guest = await world.enter(room, { name: 'Aki' });
    const before = await rowsOf(table, '');
    world.clear();
    for (const id of [ben, guest]) {
      const error = await world.send(id, { ...remove, id: 'b1' });
      expect(error).toMatchObject({
        type: 'error',
        action: 'deletemessage',
        id: 'b1',
        code: 'forbidden',
        retryable: false,
      });
    }
    expect(await rowsOf(table, '')).toEqual(before);
    expect(world.taken(aki)).toEqual([]);
  });

  it('does not find what is no message: a number too high, an edit’s, its own', async () => {
    await world.ask(aki, { action: 'sendmessage', message: 'to be deleted', room });
    await world.ask(aki, { action: 'editmessage', seq: 1, message: 'no slip', room });
    await world.ask(aki, { ...remove, seq: 2 });
    world.clear();
    for (const seq of [3, 4, 5, 999_999_999_999]) {
      const error = await world.send(aki, { ...remove, seq });
      expect(error).toMatchObject({ code: 'not_found', retryable: false });
    }
    expect(world.taken(ben)).toEqual([]);
    expect(await history()).toMatchObject([{ message: 'no slip' }, { message: '' }]);
  });

  it('does not find a message that is deleted already, whoever asks', async () => {
    await world.ask(aki, { ...remove, id: 'a1' });
    const before = await history();
    world.clear();
    expect(await world.send(aki, remove)).toMatchObject({ code: 'not_found' });
    expect(await world.send(aki, { ...remove, id: 'a2' })).toMatchObject({ code: 'not_found' });
    expect(await world.send(ben, { ...remove, id: 'a1' })).toMatchObject({ code: 'not_found' });
    expect(world.taken(ben)).toEqual([]);
    expect(await history()).toEqual(before);
  });
});
