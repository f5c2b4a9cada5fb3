import { tombstoneOf } from '../../../src/server/store/event-rows.ts';
import { logKey } from '../../../src/server/store/keys.ts';
import { createTable } from '../../../src/server/store/table.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

jest.setTimeout(60_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const day = 24 * 3600_000;

/** A room in which Aki will do things and Ben listens, with a clock that the test moves. */
async function createRoom(room: string, retentionDays = 90) {
  const time = { now: Date.UTC(2026, 10, 22) };
  const server = new TestServer(table, { now: () => time.now, retentionDays });
  let [aki, ben] = ['', ''];
  const enter = async () => {
    [aki, ben] = [await server.connect({ key: 'aki-and-nobody-else' }), await server.connect()];
    for (const id of [aki, ben]) await server.send(id, { action: 'joinroom', room });
  };
  await enter();
  const act = (frame: Frame) => server.send(aki, { room, ...frame });
  const since = (after: number) => server.send(ben, { action: 'joinroom', room, after });
  const say = (message = 'x') => act({ action: 'sendmessage', message });
  return { world: server, time, act, say, since, enter, stayed: () => server.pushedTo(ben) };
}

describe('a client that dropped for 250 events of all durable kinds', () => {
  it('pages to exactly what a client that stayed holds', async () => {
    const { act, say, since, stayed } = await createRoom('dropped');
    for (let index = 0; index < 100; index += 1) {
      const { seq } = await say(`message ${index}`);
      await act({ action: 'react', seq, emoji: '👍', on: index % 2 === 0 });
      if (index % 2 === 0) await act({ action: 'editmessage', seq, message: 'edited' });
      if (index % 4 === 3) await act({ action: 'deletemessage', seq });
    }
    const kept = stayed().filter(({ seq }) => seq > 25);
    const fetched: Frame[] = [];
    const sizes: number[] = [];
    for (let after = 25, more = true; more; after = fetched.at(-1)?.['seq']) {
      const page = await since(after);
      expect(page['recovered']).toBe(true);
      fetched.push(...page['events']);
      sizes.push(page['events'].length);
      more = page['more'];
    }
    expect(fetched).toHaveLength(250);
    expect(sizes).toEqual([100, 100, 50]);
    expect(fetched).toEqual(kept);
    expect(new Set(fetched.map(({ type }) => type)).size).toBe(4);
  });
});

describe('what was missed', () => {
  it('reaches to the last number, though what stood there was erased', async () => {
    const { say, since } = await createRoom('erased');
    for (const message of ['one', 'two', 'three']) await say(message);
    const rows = createTable(table.dynamoClient, table.tableName);
    const key = logKey('erased', 'M', 3);
    const row = await rows.get(key);
    await rows.put({ ...key, ...tombstoneOf({ ...key, ...row }) });
    expect(await since(0)).toMatchObject({ seq: 3, events: [{ seq: 1 }, { seq: 2 }], more: false });
    expect(await since(2)).toMatchObject({ seq: 3, events: [], more: false });
  });
});

describe('the log', () => {
  it('lets every row of it expire with the retention', async () => {
    const { act, say, time } = await createRoom('rows', 30);
    const { seq } = await say();
    await act({ action: 'editmessage', seq, message: 'y' });
    await act({ action: 'react', seq, emoji: '👍' });
    await act({ action: 'markread', seq });
    const rows = await findRows(table, 'rows');
    const kept = rows.filter(({ pk }) => /^(LOG|USER)#/.test(pk));
    expect(kept).toHaveLength(5);
    expect(new Set(kept.map(({ ttl }) => ttl))).toEqual(new Set([(time.now + 30 * day) / 1000]));
  });
});

describe('recovered', () => {
  it('is true in a room in which nothing ever happened', async () => {
    const { since } = await createRoom('empty');
    expect(await since(0)).toMatchObject({ seq: 0, events: [], more: false, recovered: true });
  });

  it('is false when something after the client’s number has expired', async () => {
    const { time, say, since, enter } = await createRoom('expired', 30);
    for (let count = 0; count < 3; count += 1) await say();
    time.now += 31 * day;
    await enter();
    await say();
    expect(await since(1)).toMatchObject({ seq: 4, events: [{ seq: 4 }], recovered: false });
    expect(await since(0)).toMatchObject({ recovered: false });
  });

  it('is true when the client holds all that has expired', async () => {
    const { time, say, since, enter } = await createRoom('held', 30);
    for (let count = 0; count < 3; count += 1) await say();
    time.now += 31 * day;
    await enter();
    await say();
    expect(await since(3)).toMatchObject({ events: [{ seq: 4 }], recovered: true });
    expect(await since(4)).toMatchObject({ events: [], recovered: true });
  });

  it('is false when all is gone and the client did not hold the last', async () => {
    const { time, say, since, enter } = await createRoom('gone', 30);
    for (let count = 0; count < 3; count += 1) await say();
    time.now += 31 * day;
    await enter();
    expect(await since(2)).toMatchObject({ seq: 3, events: [], recovered: false });
    expect(await since(3)).toMatchObject({ seq: 3, events: [], recovered: true });
  });

  it('is true across numbers that were taken in vain, old though the room is', async () => {
    const { time, act, say, since, enter } = await createRoom('skipped', 30);
    await say();
    time.now += 31 * day;
    await enter();
    const hello = { action: 'sendmessage', message: 'x', id: 'twice' };
    await act(hello);
    await act(hello);
    await say();
    expect(await since(2)).toMatchObject({ events: [{ seq: 4 }], recovered: true });
  });

  it('is never false where events are kept for ever', async () => {
    const { time, say, since, enter } = await createRoom('for-ever', 0);
    await say();
    time.now += 4_000 * day;
    await enter();
    expect(await since(0)).toMatchObject({ events: [{ seq: 1 }], recovered: true });
  });

  it('is false in doubt, when what vouches for the rest is about to expire itself', async () => {
    const { time, act, say, since, enter } = await createRoom('doubt', 30);
    const hello = { action: 'sendmessage', message: 'x', id: 'twice' };
    await act(hello);
    await act(hello);
    await say();
    expect(await since(1)).toMatchObject({ events: [{ seq: 3 }], recovered: true });
    time.now += 30 * day - 30_000;
    await enter();
    expect(await since(1)).toMatchObject({ events: [{ seq: 3 }], recovered: false });
  });

  it('is false for what was sent under a shorter retention than today’s', async () => {
    const { time, say, enter } = await createRoom('prolonged', 7);
    for (let count = 0; count < 3; count += 1) await say();
    time.now += 8 * day;
    await enter();
    const longer = new TestServer(table, { now: () => time.now, retentionDays: 90 });
    const cleo = await longer.connect();
    const join = { action: 'joinroom', room: 'prolonged', after: 1 };
    expect(await longer.send(cleo, join)).toMatchObject({ seq: 3, events: [], recovered: false });
  });

  it('stays false when the retention was shortened meanwhile', async () => {
    const { time, say, since, enter } = await createRoom('shortened', 90);
    for (let count = 0; count < 3; count += 1) await say();
    time.now += 10 * day;
    await enter();
    expect(await since(1)).toMatchObject({ recovered: true });
    const shorter = new TestServer(table, { now: () => time.now, retentionDays: 7 });
    const cleo = await shorter.connect();
    const join = { action: 'joinroom', room: 'shortened', after: 1 };
    expect(await shorter.send(cleo, join)).toMatchObject({ events: [], recovered: false });

    // What is sent under it expires sooner than what was sent before, also when it ends again.
    await shorter.send(cleo, { action: 'sendmessage', room: 'shortened', message: 'short-lived' });
    time.now += 8 * day;
    const again = new TestServer(table, { now: () => time.now, retentionDays: 90 });
    const dora = await again.connect();
    const rejoin = { ...join, after: 3 };
    expect(await again.send(dora, rejoin)).toMatchObject({ events: [], recovered: false });
  });
});
