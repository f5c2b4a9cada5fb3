import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let world: ValidWorld;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
});
afterEach(() => table.close());

describe('typing', () => {
  it.each([true, false])('tells the others in the room that it is %s', async (typing) => {
    const [aki, ben] = [await world.enter('tea', { name: 'Aki' }), await world.enter('tea')];
    world.clear();
    const ack = await world.send(aki, { action: 'typing', id: 'a1', typing, room: 'tea' });
    expect(ack).toEqual({ type: 'ack', action: 'typing', id: 'a1', room: 'tea' });
    const from = await world.person(aki);
    expect(world.taken(ben)).toEqual([{ type: 'typing', room: 'tea', from, typing }]);
    expect(world.taken(aki)).toEqual([]);
  });

  it('is about the lobby where no room is named', async () => {
    const [aki, ben] = [await world.connect(), await world.connect()];
    expect(await world.ask(aki, { action: 'typing', typing: true })).toMatchObject({
      room: 'lobby',
    });
    expect(world.taken(ben)).toMatchObject([{ type: 'typing', room: 'lobby', typing: true }]);
  });

  it('is told each time, even if nothing is new', async () => {
    const [aki, ben] = [await world.connect(), await world.connect()];
    await world.ask(aki, { action: 'typing', typing: true });
    await world.ask(aki, { action: 'typing', typing: true });
    expect(world.taken(ben)).toHaveLength(2);
  });

  it('is never stored', async () => {
    const [aki, ben] = [await world.enter('tea'), await world.enter('tea')];
    const before = await rowsOf(table, '');
    await world.ask(aki, { action: 'typing', id: 'a1', typing: true, room: 'tea' });
    await world.ask(aki, { action: 'typing', id: 'a1', typing: false, room: 'tea' });
    expect(await rowsOf(table, '')).toEqual(before);
    const ack = await world.ask(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(ack).toMatchObject({ seq: 0, events: [] });
  });
});
