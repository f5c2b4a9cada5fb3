import { openTable, type TestTable } from '../../helpers/database.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let world: ValidWorld;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
  [aki, ben] = [await world.enter('tea', { name: 'Aki', key }), await world.enter('tea')];
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const mark = (id: string, seq: number) => world.ask(id, { action: 'markread', seq, room });

/** Says so much, and forgets what was pushed. */
async function messages(count: number): Promise<void> {
  for (let message = 0; message < count; message += 1) {
    await world.ask(ben, { action: 'sendmessage', message: 'hello', room });
  }
  world.clear();
}

describe('markread', () => {
  it('is acked with the mark and told to the others', async () => {
    await messages(3);
    const ack = await world.send(aki, { action: 'markread', id: 'a1', seq: 2, room });
    expect(ack).toEqual({ type: 'ack', action: 'markread', id: 'a1', room, seq: 2 });
    const from = await world.person(aki);
    expect(world.taken(ben)).toEqual([{ type: 'read', room, from, seq: 2 }]);
    expect(world.taken(aki)).toEqual([]);
  });

  it('moves only forward: a lower one is acked with the standing mark and told nobody', async () => {
    await messages(3);
    await mark(aki, 2);
    world.clear();
    expect(await mark(aki, 1)).toMatchObject({ seq: 2 });
    expect(world.taken(ben)).toEqual([]);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
    expect(world.taken(ben)).toMatchObject([{ type: 'read', seq: 3 }]);
  });

  it('tells nobody where it stands already', async () => {
    await messages(3);
    await mark(aki, 2);
    world.clear();
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
    expect(world.taken(ben)).toEqual([]);
  });

  it('stands at the newest where it is set beyond, and hides nothing to come', async () => {
    await messages(2);
    expect(await mark(aki, 999_999_999_999)).toMatchObject({ seq: 2 });
    expect(world.taken(ben)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(aki, 7)).toMatchObject({ seq: 2 });
    expect(world.taken(ben)).toEqual([]);
    await messages(1);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
  });

  it('may stand at an event that is no message', async () => {
    await messages(1);
    await world.ask(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
  });

  it('is 0 in an empty room, and tells nobody', async () => {
    world.clear();
    expect(await mark(aki, 1)).toMatchObject({ seq: 0 });
    expect(world.taken(ben)).toEqual([]);
  });

  it('belongs to the person: another connection of theirs cannot set it back', async () => {
    const phone = await world.enter(room, { key });
    await messages(3);
    await mark(aki, 2);
    expect(world.taken(phone)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(phone, 1)).toMatchObject({ seq: 2 });
  });

  it('belongs to one person and one room', async () => {
    await messages(3);
    await world.ask(ben, { action: 'sendmessage', message: 'in the lobby' });
    await mark(aki, 3);
    expect(await mark(ben, 1)).toMatchObject({ seq: 1 });
    expect(await world.ask(aki, { action: 'markread', seq: 1 })).toMatchObject({
      room: 'lobby',
      seq: 1,
    });
  });

  it('comes out at the highest of many at once', async () => {
    await messages(10);
    const seqs = [3, 9, 1, 7, 10, 2, 8, 4, 6, 5];
    await Promise.all(seqs.map((seq) => mark(aki, seq)));
    expect(await mark(aki, 1)).toMatchObject({ seq: 10 });
  });
});
