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

const key = 'one-person-on-two-connections';
const join = { action: 'joinroom', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };
const joinLobby = { ...join, room: 'lobby' };
const leaveLobby = { ...leave, room: 'lobby' };

/** The types of what a connection was pushed since one last looked. */
const told = (id: string) => world.taken(id).map(({ type }) => type);

describe('coming and going', () => {
  it('is told to the others in the room, and not to oneself', async () => {
    const [ben, cleo] = [await world.enter('tea'), await world.enter('cake')];
    const aki = await world.enter('tea', { name: 'Aki' });
    const from = await world.person(aki);
    expect(world.taken(ben)).toEqual([{ type: 'joined', room: 'tea', from }]);
    await world.ask(aki, leave);
    expect(world.taken(ben)).toEqual([{ type: 'left', room: 'tea', from }]);
    expect([world.taken(aki), world.taken(cleo)]).toEqual([[], []]);
  });

  it.each([
    ['leaveroom', leaveOn, leaveOn],
    ['$disconnect', disconnect, disconnect],
    ['leaveroom and then $disconnect', leaveOn, disconnect],
    ['$disconnect and then leaveroom', disconnect, leaveOn],
  ])('is told once of a person with two connections, ended by %s', async (_, first, second) => {
    const ben = await world.enter('tea');
    const [phone, laptop] = [await world.enter('tea', { key }), await world.enter('tea', { key })];
    expect(told(ben)).toEqual(['joined']);
    await first(phone);
    expect(told(ben)).toEqual([]);
    await second(laptop);
    expect(told(ben)).toEqual(['left']);
  });

  it('is told again of a person who comes back', async () => {
    const [ben, aki] = [await world.enter('tea'), await world.enter('tea')];
    await world.ask(aki, leave);
    await world.ask(aki, join);
    await world.disconnect(aki);
    expect(told(ben)).toEqual(['joined', 'left', 'joined', 'left']);
  });

  it('is told in every room of one who disconnects, and nowhere else', async () => {
    const [tea, cake] = [await world.enter('tea'), await world.enter('cake')];
    const [aki, pie] = [await world.enter(['tea', 'cake']), await world.enter('pie')];
    world.clear();
    await world.disconnect(aki);
    expect(world.taken(tea)).toMatchObject([{ type: 'left', room: 'tea' }]);
    expect(world.taken(cake)).toMatchObject([{ type: 'left', room: 'cake' }]);
    expect(told(pie)).toEqual([]);
  });
});

describe('the lobby', () => {
  it('hears nothing of plain connections that come and go', async () => {
    const ben = await world.enter('lobby');
    const [aki, cleo] = [await world.connect(), await world.connect()];
    await world.disconnect(aki);
    await world.ask(cleo, leaveLobby);
    expect(told(ben)).toEqual([]);
  });

  it.each([
    ['leaveroom', leaveOn],
    ['$disconnect', disconnect],
  ])('hears of one who joins it by joinroom, and of their %s', async (_, end) => {
    const [ben, aki] = [await world.connect(), await world.connect({ name: 'Aki' })];
    const from = await world.person(aki);
    await world.ask(aki, joinLobby);
    expect(world.taken(ben)).toEqual([{ type: 'joined', room: 'lobby', from }]);
    await end(aki, 'lobby');
    expect(world.taken(ben)).toEqual([{ type: 'left', room: 'lobby', from }]);
  });

  it('counts only a person’s announced connections, not the silent one beside them', async () => {
    const ben = await world.connect();
    const [silent, loud] = [await world.connect({ key }), await world.connect({ key })];
    await world.ask(loud, joinLobby);
    expect(told(ben)).toEqual(['joined']);
    await world.disconnect(loud);
    expect(told(ben)).toEqual(['left']);
    await world.disconnect(silent);
    expect(told(ben)).toEqual([]);
  });

  it('hears nothing of a silent connection that ends before the announced one', async () => {
    const ben = await world.connect();
    const [silent, loud] = [await world.connect({ key }), await world.connect({ key })];
    await world.ask(loud, joinLobby);
    await world.disconnect(silent);
    expect(told(ben)).toEqual(['joined']);
    await world.ask(loud, leaveLobby);
    expect(told(ben)).toEqual(['left']);
  });
});

describe('a room of more people than presenceLimit', () => {
  it('is told nothing of who comes and goes; one at the limit is', async () => {
    world = new ValidWorld(table, { presenceLimit: 3 });
    const ben = await world.enter('tea');
    const others = [await world.enter('tea'), await world.enter('tea')];
    expect(told(ben)).toEqual(['joined', 'joined']);
    others.push(await world.enter('tea'), await world.enter('tea'));
    expect(told(ben)).toEqual([]);
    for (const id of others) await world.disconnect(id);
    // The first of the five to go leaves four behind, which is still too many.
    expect(told(ben)).toEqual(['left', 'left', 'left']);
  });

  it('counts people, not connections', async () => {
    world = new ValidWorld(table, { presenceLimit: 2 });
    const ben = await world.enter('tea', { key });
    for (let more = 0; more < 5; more += 1) await world.enter('tea', { key });
    await world.enter('tea');
    expect(told(ben)).toEqual(['joined']);
  });

  it('is any room where the limit is 0', async () => {
    world = new ValidWorld(table, { presenceLimit: 0 });
    const [ben, aki] = [await world.enter('tea'), await world.enter('tea')];
    await world.disconnect(aki);
    expect(told(ben)).toEqual([]);
  });
});

describe('a connection that a delivery finds dead', () => {
  let now = 0;
  const dead = new Set<string>();

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22);
    dead.clear();
    const outcome = (id: string) => (dead.has(id) ? 'gone' : 'delivered');
    world = new ValidWorld(table, { outcome, now: () => now });
  });

  it('makes its person leave every room, told once in each, and its rows go', async () => {
    const aki = await world.enter(['tea', 'cake'], { name: 'Aki' });
    const [ben, cleo] = [await world.enter('tea'), await world.enter(['tea', 'cake'])];
    const from = await world.person(aki);
    world.clear();
    dead.add(aki);
    now += 31_000;
    await world.ask(ben, { action: 'typing', typing: true, room: 'tea' });
    await world.ask(ben, { action: 'typing', typing: false, room: 'tea' });
    const left = (id: string) => world.taken(id).filter(({ type }) => type === 'left');
    const leftTea = { type: 'left', room: 'tea', from };
    expect(left(ben)).toEqual([leftTea]);
    const inOrder = left(cleo).toSorted((a, b) => (a['room'] < b['room'] ? -1 : 1));
    expect(inOrder).toEqual([{ ...leftTea, room: 'cake' }, leftTea]);
    expect(await rowsOf(table, aki)).toEqual([]);
  });

  it('leaves in silence a person who lives on another connection', async () => {
    const [phone, laptop] = [await world.enter('tea', { key }), await world.enter('tea', { key })];
    const ben = await world.enter('tea');
    dead.add(phone);
    now += 31_000;
    await world.ask(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(told(ben)).toEqual([]);
    expect(await rowsOf(table, phone)).toEqual([]);
    await world.disconnect(laptop);
    expect(told(ben)).toEqual(['left']);
  });

  it('takes nobody away within its first 30 seconds', async () => {
    const [aki, ben] = [await world.enter('tea'), await world.enter('tea')];
    dead.add(aki);
    now += 29_000;
    await world.ask(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(told(ben)).toEqual([]);
    expect(await rowsOf(table, aki)).toHaveLength(4);
  });
});

async function leaveOn(id: string, room = 'tea'): Promise<void> {
  await world.ask(id, { ...leave, room });
}

async function disconnect(id: string): Promise<void> {
  await world.disconnect(id);
}
