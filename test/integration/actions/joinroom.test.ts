import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let server: StrictTestServer;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
});
afterEach(() => table.close());

const join = { action: 'joinroom', room: 'tea' };
const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const author = { userId: 'u', name: 'n' };

/** Says, edits, reacts, takes the reaction off, and deletes: five events of all durable kinds. */
async function appendFiveEvents(id: string): Promise<void> {
  await server.request(id, { ...hello, id: 'a1' });
  await server.request(id, { action: 'editmessage', seq: 1, message: 'hello there', room: 'tea' });
  await server.request(id, { action: 'react', seq: 1, emoji: '👍', room: 'tea' });
  await server.request(id, { action: 'react', seq: 1, emoji: '👍', on: false, room: 'tea' });
  await server.request(id, { action: 'deletemessage', seq: 1, room: 'tea' });
}

/** All pages behind a number, by the last number of each. */
async function readPagesAfter(id: string, start: number): Promise<Frame[]> {
  const pages: Frame[] = [];
  for (let after = start; pages.at(-1)?.['more'] !== false && pages.length < 10; ) {
    const page = await server.request(id, { ...join, after });
    pages.push(page);
    after = page['events'].at(-1)?.seq;
  }
  return pages;
}

describe('joinroom', () => {
  it('acks an empty room', async () => {
    const aki = await server.connect();
    const result = { room: 'tea', seq: 0, events: [], more: false, recovered: true };
    expect(await server.send(aki, { ...join, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'joinroom',
      id: 'a1',
      ...result,
    });
    expect(await server.request(aki, { ...join, after: 0 })).toMatchObject(result);
  });

  it('makes the connection a member', async () => {
    const [aki, ben] = [await server.connect(), await server.connectTo('tea')];
    expect(await server.send(aki, hello)).toMatchObject({ code: 'not_member' });
    await server.request(aki, join);
    expect(await server.request(aki, hello)).toMatchObject({ seq: 1 });
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'message', seq: 2 }]);
  });

  it('tells the newest number but no events without after', async () => {
    await appendFiveEvents(await server.connectTo('tea'));
    expect(await server.request(await server.connect(), join)).toMatchObject({
      seq: 5,
      events: [],
      more: false,
      recovered: true,
    });
  });

  it('gives the events behind after exactly as the others were pushed them', async () => {
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await appendFiveEvents(aki);
    const pushed = server.drainPushed(ben);
    const kinds = ['message', 'edited', 'reaction', 'reaction', 'deleted'];
    expect(pushed.map(({ type }) => type)).toEqual(kinds);
    const late = await server.connect();
    for (let after = 0; after <= 5; after += 1) {
      const ack = await server.request(late, { ...join, after });
      expect(ack['events']).toEqual(pushed.slice(after));
      expect(ack).toMatchObject({ seq: 5, more: false, recovered: true });
    }
  });

  it('tells the newest number to one who claims to hold more', async () => {
    const aki = await server.connectTo('tea');
    await server.request(aki, hello);
    const ack = await server.request(aki, { ...join, after: 7 });
    expect(ack).toMatchObject({ seq: 1, events: [], more: false });
  });

  it('pages by the last number, without gap or repeat', async () => {
    const event = { type: 'edited', target: 1, message: 'x' } as const;
    for (let number = 0; number < 230; number += 1) {
      if (number % 3 === 1) await server.store.eventLog.append('tea', author, event);
      else await server.seedMessages('tea', author, 1);
    }
    const pages = await readPagesAfter(await server.connect(), 0);
    expect(pages.map(({ events, more, seq }) => [events.length, more, seq])).toEqual([
      [100, true, 230],
      [100, true, 230],
      [30, false, 230],
    ]);
    const seqs = pages.flatMap(({ events }) => events.map((each: Frame) => each['seq']));
    expect(seqs).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  });

  it('has no more where exactly a page is left', async () => {
    await server.seedMessages('tea', author, 101);
    const aki = await server.connect();
    expect((await readPagesAfter(aki, 1)).map(({ events }) => events.length)).toEqual([100]);
    expect((await readPagesAfter(aki, 0)).map(({ events }) => events.length)).toEqual([100, 1]);
  });

  it('is harmless again, and not announced again', async () => {
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(ben, hello);
    server.clearPushed();
    expect(await server.request(aki, { ...join, after: 0 })).toMatchObject({
      events: [{ seq: 1 }],
    });
    expect(await server.request(aki, join)).toMatchObject({ seq: 1 });
    expect(server.drainPushed(ben)).toEqual([]);
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toHaveLength(1);
  });

  it('says that it did not recover where the log no longer reaches back', async () => {
    let now = Date.UTC(2026, 10, 22);
    server = new StrictTestServer(table, { now: () => now });
    await appendFiveEvents(await server.connectTo('tea'));
    now += 91 * 24 * 3600_000;
    const late = await server.connect();
    const missed = { seq: 5, events: [], more: false, recovered: false };
    expect(await server.request(late, { ...join, after: 0 })).toMatchObject(missed);
    const nothing = { ...missed, recovered: true };
    expect(await server.request(late, { ...join, after: 5 })).toMatchObject(nothing);
  });
});

describe('joinroom on a connection that ends meanwhile', () => {
  type Deed = (there: StrictTestServer, id: string) => Promise<unknown>;
  const joining: Deed = (there, id) => there.send(id, join);
  const ending: Deed = (there, id) => there.disconnect(id);

  /** Does one while the other happens: right before its nth call of the table, or behind its last. */
  async function interrupted(before: number, one: Deed, other: Deed) {
    const id = await server.connect();
    let calls = 0;
    const interrupting = interceptTable(table, async (_sent, go) => {
      calls += 1;
      if (calls === before) await other(server, id);
      return go();
    });
    const result = await one(new StrictTestServer(interrupting), id);
    if (calls < before) await other(server, id);
    return { result, calls, rows: await findRows(table, id) };
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
