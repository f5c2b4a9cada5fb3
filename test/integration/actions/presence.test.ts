import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let server: StrictTestServer;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const join = { action: 'joinroom', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };
const joinLobby = { ...join, room: 'lobby' };
const leaveLobby = { ...leave, room: 'lobby' };

/** The types of what a connection was pushed since one last looked. */
const drainTypes = (id: string) => server.drainPushed(id).map(({ type }) => type);

describe('coming and going', () => {
  it('is told to the others in the room, and not to oneself', async () => {
    const [ben, cleo] = [await server.connectTo('tea'), await server.connectTo('cake')];
    const aki = await server.connectTo('tea', { name: 'Aki' });
    const from = await server.getUser(aki);
    expect(server.drainPushed(ben)).toEqual([{ type: 'joined', room: 'tea', from }]);
    await server.request(aki, leave);
    expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'tea', from }]);
    expect([server.drainPushed(aki), server.drainPushed(cleo)]).toEqual([[], []]);
  });

  it.each([
    ['leaveroom', leaveOn, leaveOn],
    ['$disconnect', disconnect, disconnect],
    ['leaveroom and then $disconnect', leaveOn, disconnect],
    ['$disconnect and then leaveroom', disconnect, leaveOn],
  ])('is told once of a person with two connections, ended by %s', async (_, first, second) => {
    const ben = await server.connectTo('tea');
    const [phone, laptop] = [
      await server.connectTo('tea', { key }),
      await server.connectTo('tea', { key }),
    ];
    expect(drainTypes(ben)).toEqual(['joined']);
    await first(phone);
    expect(drainTypes(ben)).toEqual([]);
    await second(laptop);
    expect(drainTypes(ben)).toEqual(['left']);
  });

  it('is told again of a person who comes back', async () => {
    const [ben, aki] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(aki, leave);
    await server.request(aki, join);
    await server.disconnect(aki);
    expect(drainTypes(ben)).toEqual(['joined', 'left', 'joined', 'left']);
  });

  it('is told in every room of one who disconnects, and nowhere else', async () => {
    const [tea, cake] = [await server.connectTo('tea'), await server.connectTo('cake')];
    const [aki, pie] = [await server.connectTo(['tea', 'cake']), await server.connectTo('pie')];
    server.clearPushed();
    await server.disconnect(aki);
    expect(server.drainPushed(tea)).toMatchObject([{ type: 'left', room: 'tea' }]);
    expect(server.drainPushed(cake)).toMatchObject([{ type: 'left', room: 'cake' }]);
    expect(drainTypes(pie)).toEqual([]);
  });
});

describe('the lobby', () => {
  it('hears nothing of plain connections that come and go', async () => {
    const ben = await server.connectTo('lobby');
    const [aki, cleo] = [await server.connect(), await server.connect()];
    await server.disconnect(aki);
    await server.request(cleo, leaveLobby);
    expect(drainTypes(ben)).toEqual([]);
  });

  it.each([
    ['leaveroom', leaveOn],
    ['$disconnect', disconnect],
  ])('hears of one who joins it by joinroom, and of their %s', async (_, end) => {
    const [ben, aki] = [await server.connect(), await server.connect({ name: 'Aki' })];
    const from = await server.getUser(aki);
    await server.request(aki, joinLobby);
    expect(server.drainPushed(ben)).toEqual([{ type: 'joined', room: 'lobby', from }]);
    await end(aki, 'lobby');
    expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'lobby', from }]);
  });

  it('counts only a person’s announced connections, not the silent one beside them', async () => {
    const ben = await server.connect();
    const [silent, loud] = [await server.connect({ key }), await server.connect({ key })];
    await server.request(loud, joinLobby);
    expect(drainTypes(ben)).toEqual(['joined']);
    await server.disconnect(loud);
    expect(drainTypes(ben)).toEqual(['left']);
    await server.disconnect(silent);
    expect(drainTypes(ben)).toEqual([]);
  });

  it('hears nothing of a silent connection that ends before the announced one', async () => {
    const ben = await server.connect();
    const [silent, loud] = [await server.connect({ key }), await server.connect({ key })];
    await server.request(loud, joinLobby);
    await server.disconnect(silent);
    expect(drainTypes(ben)).toEqual(['joined']);
    await server.request(loud, leaveLobby);
    expect(drainTypes(ben)).toEqual(['left']);
  });
});

describe('a room of more people than presenceLimit', () => {
  it('is told nothing of who comes and goes; one at the limit is', async () => {
    server = new StrictTestServer(table, { presenceLimit: 3 });
    const ben = await server.connectTo('tea');
    const others = [await server.connectTo('tea'), await server.connectTo('tea')];
    expect(drainTypes(ben)).toEqual(['joined', 'joined']);
    others.push(await server.connectTo('tea'), await server.connectTo('tea'));
    expect(drainTypes(ben)).toEqual([]);
    for (const id of others) await server.disconnect(id);
    // The first of the five to go leaves four behind, which is still too many.
    expect(drainTypes(ben)).toEqual(['left', 'left', 'left']);
  });

  it('counts people, not connections', async () => {
    server = new StrictTestServer(table, { presenceLimit: 2 });
    const ben = await server.connectTo('tea', { key });
    for (let more = 0; more < 5; more += 1) await server.connectTo('tea', { key });
    await server.connectTo('tea');
    expect(drainTypes(ben)).toEqual(['joined']);
  });

  it('is any room where the limit is 0', async () => {
    server = new StrictTestServer(table, { presenceLimit: 0 });
    const [ben, aki] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.disconnect(aki);
    expect(drainTypes(ben)).toEqual([]);
  });
});

describe('a connection that a delivery finds dead', () => {
  let now = 0;
  const dead = new Set<string>();

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22);
    dead.clear();
    const outcome = (id: string) => (dead.has(id) ? 'gone' : 'delivered');
    server = new StrictTestServer(table, { outcome, now: () => now });
  });

  it('makes its person leave every room, told once in each, and its rows go', async () => {
    const aki = await server.connectTo(['tea', 'cake'], { name: 'Aki' });
    const [ben, cleo] = [await server.connectTo('tea'), await server.connectTo(['tea', 'cake'])];
    const from = await server.getUser(aki);
    server.clearPushed();
    dead.add(aki);
    now += 31_000;
    await server.request(ben, { action: 'typing', typing: true, room: 'tea' });
    await server.request(ben, { action: 'typing', typing: false, room: 'tea' });
    const left = (id: string) => server.drainPushed(id).filter(({ type }) => type === 'left');
    const leftTea = { type: 'left', room: 'tea', from };
    expect(left(ben)).toEqual([leftTea]);
    const inOrder = left(cleo).toSorted((a, b) => (a['room'] < b['room'] ? -1 : 1));
    expect(inOrder).toEqual([{ ...leftTea, room: 'cake' }, leftTea]);
    expect(await findRows(table, aki)).toEqual([]);
  });

  it('leaves in silence a person who lives on another connection', async () => {
    const [phone, laptop] = [
      await server.connectTo('tea', { key }),
      await server.connectTo('tea', { key }),
    ];
    const ben = await server.connectTo('tea');
    dead.add(phone);
    now += 31_000;
    await server.request(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(drainTypes(ben)).toEqual([]);
    expect(await findRows(table, phone)).toEqual([]);
    await server.disconnect(laptop);
    expect(drainTypes(ben)).toEqual(['left']);
  });

  it('takes nobody away within its first 30 seconds', async () => {
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    dead.add(aki);
    now += 29_000;
    await server.request(ben, { action: 'typing', typing: true, room: 'tea' });
    expect(drainTypes(ben)).toEqual([]);
    expect(await findRows(table, aki)).toHaveLength(4);
  });
});

async function leaveOn(id: string, room = 'tea'): Promise<void> {
  await server.request(id, { ...leave, room });
}

async function disconnect(id: string): Promise<void> {
  await server.disconnect(id);
}
