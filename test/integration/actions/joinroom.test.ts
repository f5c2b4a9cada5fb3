import { openTable, type TestTable } from '../../helpers/database.ts';
import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let world: ValidWorld;

beforeEach(async () => {
  table = await openTable();
  world = new ValidWorld(table);
});
afterEach(() => table.close());

const join = { action: 'joinroom', room: 'tea' };
const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const author = { userId: 'u', name: 'n' };

/** Says, edits, reacts, takes the reaction off, and deletes: five events of all durable kinds. */
async function fiveEvents(id: string): Promise<void> {
  await world.ask(id, { ...hello, id: 'a1' });
  await world.ask(id, { action: 'editmessage', seq: 1, message: 'hello there', room: 'tea' });
  await world.ask(id, { action: 'react', seq: 1, emoji: '👍', room: 'tea' });
  await world.ask(id, { action: 'react', seq: 1, emoji: '👍', on: false, room: 'tea' });
  await world.ask(id, { action: 'deletemessage', seq: 1, room: 'tea' });
}

/** All pages behind a number, by the last number of each. */
async function pagesBehind(id: string, start: number): Promise<Frame[]> {
  const pages: Frame[] = [];
  for (let after = start; pages.at(-1)?.['more'] !== false && pages.length < 10; ) {
    const page = await world.ask(id, { ...join, after });
    pages.push(page);
    after = page['events'].at(-1)?.seq;
  }
  return pages;
}

describe('joinroom', () => {
  it('acks an empty room', async () => {
    const aki = await world.connect();
    const result = { room: 'tea', seq: 0, events: [], more: false, recovered: true };
    expect(await world.send(aki, { ...join, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'joinroom',
      id: 'a1',
      ...result,
    });
    expect(await world.ask(aki, { ...join, after: 0 })).toMatchObject(result);
  });

  it('makes the connection a member', async () => {
    const [aki, ben] = [await world.connect(), await world.enter('tea')];
    expect(await world.send(aki, hello)).toMatchObject({ code: 'not_member' });
    await world.ask(aki, join);
    expect(await world.ask(aki, hello)).toMatchObject({ seq: 1 });
    await world.ask(ben, hello);
    expect(world.taken(aki)).toMatchObject([{ type: 'message', seq: 2 }]);
  });

  it('tells the newest number but no events without after', async () => {
    await fiveEvents(await world.enter('tea'));
    expect(await world.ask(await world.connect(), join)).toMatchObject({
      seq: 5,
      events: [],
      more: false,
      recovered: true,
    });
  });

  it('gives the events behind after exactly as the others were pushed them', async () => {
    const [aki, ben] = [await world.enter('tea'), await world.enter('tea')];
    await fiveEvents(aki);
    const pushed = world.taken(ben);
    const kinds = ['message', 'edited', 'reaction', 'reaction', 'deleted'];
    expect(pushed.map(({ type }) => type)).toEqual(kinds);
    const late = await world.connect();
    for (let after = 0; after <= 5; after += 1) {
      const ack = await world.ask(late, { ...join, after });
      expect(ack['events']).toEqual(pushed.slice(after));
      expect(ack).toMatchObject({ seq: 5, more: false, recovered: true });
    }
  });

  it('tells the newest number to one who claims to hold more', async () => {
    const aki = await world.enter('tea');
    await world.ask(aki, hello);
    const ack = await world.ask(aki, { ...join, after: 7 });
    expect(ack).toMatchObject({ seq: 1, events: [], more: false });
  });

  it('pages by the last number, without gap or repeat', async () => {
    const event = { type: 'edited', target: 1, message: 'x' } as const;
    for (let number = 0; number < 230; number += 1) {
      if (number % 3 === 1) await world.store.eventLog.append('tea', author, event);
      else await world.fill('tea', author, 1);
    }
    const pages = await pagesBehind(await world.connect(), 0);
    expect(pages.map(({ events, more, seq }) => [events.length, more, seq])).toEqual([
      [100, true, 230],
      [100, true, 230],
      [30, false, 230],
    ]);
    const seqs = pages.flatMap(({ events }) => events.map((each: Frame) => each['seq']));
    expect(seqs).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  });

  it('has no more where exactly a page is left', async () => {
    await world.fill('tea', author, 101);
    const aki = await world.connect();
    expect((await pagesBehind(aki, 1)).map(({ events }) => events.length)).toEqual([100]);
    expect((await pagesBehind(aki, 0)).map(({ events }) => events.length)).toEqual([100, 1]);
  });

  it('is harmless again, and not announced again', async () => {
    const [aki, ben] = [await world.enter('tea'), await world.enter('tea')];
    await world.ask(ben, hello);
    world.clear();
    expect(await world.ask(aki, { ...join, after: 0 })).toMatchObject({ events: [{ seq: 1 }] });
    expect(await world.ask(aki, join)).toMatchObject({ seq: 1 });
    expect(world.taken(ben)).toEqual([]);
    await world.ask(ben, hello);
    expect(world.taken(aki)).toHaveLength(1);
  });

  it('says that it did not recover where the log no longer reaches back', async () => {
    let now = Date.UTC(2026, 10, 22);
    world = new ValidWorld(table, { now: () => now });
    await fiveEvents(await world.enter('tea'));
    now += 91 * 24 * 3600_000;
    const late = await world.connect();
    const missed = { seq: 5, events: [], more: false, recovered: false };
    expect(await world.ask(late, { ...join, after: 0 })).toMatchObject(missed);
    const nothing = { ...missed, recovered: true };
    expect(await world.ask(late, { ...join, after: 5 })).toMatchObject(nothing);
  });
});

describe('joinroom on a connection that ends meanwhile', () => {
  type Deed = (there: ValidWorld, id: string) => Promise<unknown>;
  const joining: Deed = (there, id) => there.send(id, join);
  const ending: Deed = (there, id) => there.disconnect(id);

  /** Does one while the other happens: right before its nth call of the table, or behind its last. */
  async function interrupted(before: number, one: Deed, other: Deed) {
    const id = await world.connect();
    let calls = 0;
    const interrupting = intercept(table, async (_sent, go) => {
      calls += 1;
      if (calls === before) await other(world, id);
      return go();
    });
    const result = await one(new ValidWorld(interrupting), id);
    if (calls < before) await other(world, id);
    return { result, calls, rows: await rowsOf(table, id) };
  }

  it('is unauthenticated where it was not yet a member', async () => {
    const { result } = await interrupted(2, joining, ending);
    expect(result).toMatchObject({ code: 'unauthenticated', retryable: false });
  });

  it.each([
    ['joining', joining, ending],
    ['ending', ending, joining],
  ])('leaves no row behind, whatever call of %s the other came before', async (_, one, other) => {
    const left: string[] = [];
    let before = 0;
    let calls = 0;
    do {
      before += 1;
      const { rows, ...done } = await interrupted(before, one, other);
      calls = done.calls;
      left.push(...rows.map(({ pk, sk }) => `${pk} ${sk} for call ${before}`));
    } while (calls >= before);
    expect(left).toEqual([]);
  });
});
