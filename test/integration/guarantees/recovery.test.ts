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

/** Creates a room in which Aki acts and Ben listens, with a clock that the test moves. */
async function createRoom(room: string, retentionDays = 90) {
  const clock = { now: Date.UTC(2026, 10, 22) };
  const server = new TestServer(table, { now: () => clock.now, retentionDays });
  let aki = '';
  let ben = '';
  const reconnect = async () => {
    aki = await server.connect({ key: 'aki-and-no-other-user' });
    ben = await server.connect();
    for (const id of [aki, ben]) await server.send(id, { action: 'joinroom', room });
  };
  await reconnect();
  const act = (frame: Frame) => server.send(aki, { room, ...frame });
  const recover = (after: number) => server.send(ben, { action: 'joinroom', room, after });
  const send = (message = 'x') => act({ action: 'sendmessage', message });
  return { clock, act, send, recover, reconnect, getPushed: () => server.pushedTo(ben) };
}

describe('a client that missed 250 events of all durable types', () => {
  it('recovers exactly the events that a connected client received', async () => {
    const { act, send, recover, getPushed } = await createRoom('dropped');
    for (let index = 0; index < 100; index += 1) {
      const { seq } = await send(`message ${index}`);
      await act({ action: 'react', seq, emoji: '👍', on: index % 2 === 0 });
      if (index % 2 === 0) await act({ action: 'editmessage', seq, message: 'edited' });
      if (index % 4 === 3) await act({ action: 'deletemessage', seq });
    }
    const received = getPushed().filter(({ seq }) => seq > 25);
    const fetched: Frame[] = [];
    const sizes: number[] = [];
    for (let after = 25, more = true; more; after = fetched.at(-1)?.['seq']) {
      const page = await recover(after);
      expect(page['recovered']).toBe(true);
      fetched.push(...page['events']);
      sizes.push(page['events'].length);
      more = page['more'];
    }
    expect(fetched).toHaveLength(250);
    expect(sizes).toEqual([100, 100, 50]);
    expect(fetched).toEqual(received);
    expect(new Set(fetched.map(({ type }) => type)).size).toBe(4);
  });
});

describe('recovery', () => {
  it('reaches the last seq, even if its event was erased', async () => {
    const { send, recover } = await createRoom('erased');
    for (const message of ['one', 'two', 'three']) await send(message);
    const rows = createTable(table.dynamoClient, table.tableName);
    const key = logKey('erased', 'M', 3);
    const row = await rows.get(key);
    await rows.put({ ...key, ...tombstoneOf({ ...key, ...row }) });
    expect(await recover(0)).toMatchObject({
      seq: 3,
      events: [{ seq: 1 }, { seq: 2 }],
      more: false,
    });
    expect(await recover(2)).toMatchObject({ seq: 3, events: [], more: false });
  });
});

describe('the log', () => {
  it('gives every row the expiry of the retention', async () => {
    const { act, send, clock } = await createRoom('rows', 30);
    const { seq } = await send();
    await act({ action: 'editmessage', seq, message: 'y' });
    await act({ action: 'react', seq, emoji: '👍' });
    await act({ action: 'markread', seq });
    const rows = await findRows(table, 'rows');
    const expiring = rows.filter(({ pk }) => /^(LOG|USER)#/.test(pk));
    expect(expiring).toHaveLength(5);
    expect(new Set(expiring.map(({ ttl }) => ttl))).toEqual(
      new Set([(clock.now + 30 * day) / 1000]),
    );
  });
});

describe('`recovered`', () => {
  it('is true in a room without events', async () => {
    const { recover } = await createRoom('empty');
    expect(await recover(0)).toMatchObject({ seq: 0, events: [], more: false, recovered: true });
  });

  it('is false if an event after the client’s seq has expired', async () => {
    const { clock, send, recover, reconnect } = await createRoom('expired', 30);
    for (let count = 0; count < 3; count += 1) await send();
    clock.now += 31 * day;
    await reconnect();
    await send();
    expect(await recover(1)).toMatchObject({ seq: 4, events: [{ seq: 4 }], recovered: false });
    expect(await recover(0)).toMatchObject({ recovered: false });
  });

  it('is true if the client holds all expired events', async () => {
    const { clock, send, recover, reconnect } = await createRoom('held', 30);
    for (let count = 0; count < 3; count += 1) await send();
    clock.now += 31 * day;
    await reconnect();
    await send();
    expect(await recover(3)).toMatchObject({ events: [{ seq: 4 }], recovered: true });
    expect(await recover(4)).toMatchObject({ events: [], recovered: true });
  });

  it('is false if all events have expired and the client did not hold the last', async () => {
    const { clock, send, recover, reconnect } = await createRoom('gone', 30);
    for (let count = 0; count < 3; count += 1) await send();
    clock.now += 31 * day;
    await reconnect();
    expect(await recover(2)).toMatchObject({ seq: 3, events: [], recovered: false });
    expect(await recover(3)).toMatchObject({ seq: 3, events: [], recovered: true });
  });

  it('is true across abandoned seqs in a room with expired events', async () => {
    const { clock, act, send, recover, reconnect } = await createRoom('skipped', 30);
    await send();
    clock.now += 31 * day;
    await reconnect();
    const hello = { action: 'sendmessage', message: 'x', id: 'twice' };
    await act(hello);
    await act(hello);
    await send();
    expect(await recover(2)).toMatchObject({ events: [{ seq: 4 }], recovered: true });
  });

  it('is always true if events never expire', async () => {
    const { clock, send, recover, reconnect } = await createRoom('forever', 0);
    await send();
    clock.now += 4_000 * day;
    await reconnect();
    expect(await recover(0)).toMatchObject({ events: [{ seq: 1 }], recovered: true });
  });

  it('is false if the oldest row is about to expire, since earlier rows may be missing', async () => {
    const { clock, act, send, recover, reconnect } = await createRoom('doubt', 30);
    const hello = { action: 'sendmessage', message: 'x', id: 'twice' };
    await act(hello);
    await act(hello);
    await send();
    expect(await recover(1)).toMatchObject({ events: [{ seq: 3 }], recovered: true });
    clock.now += 30 * day - 30_000;
    await reconnect();
    expect(await recover(1)).toMatchObject({ events: [{ seq: 3 }], recovered: false });
  });

  it('is false for events that were sent under a shorter retention', async () => {
    const { clock, send, reconnect } = await createRoom('prolonged', 7);
    for (let count = 0; count < 3; count += 1) await send();
    clock.now += 8 * day;
    await reconnect();
    const longer = new TestServer(table, { now: () => clock.now, retentionDays: 90 });
    const cleo = await longer.connect();
    const join = { action: 'joinroom', room: 'prolonged', after: 1 };
    expect(await longer.send(cleo, join)).toMatchObject({ seq: 3, events: [], recovered: false });
  });

  it('stays false after the retention was shortened', async () => {
    const { clock, send, recover, reconnect } = await createRoom('shortened', 90);
    for (let count = 0; count < 3; count += 1) await send();
    clock.now += 10 * day;
    await reconnect();
    expect(await recover(1)).toMatchObject({ recovered: true });
    const shorter = new TestServer(table, { now: () => clock.now, retentionDays: 7 });
    const cleo = await shorter.connect();
    const join = { action: 'joinroom', room: 'shortened', after: 1 };
    expect(await shorter.send(cleo, join)).toMatchObject({ events: [], recovered: false });

    // Events under the shorter retention expire before older ones, even after it is prolonged again.
    await shorter.send(cleo, { action: 'sendmessage', room: 'shortened', message: 'short-lived' });
    clock.now += 8 * day;
    const again = new TestServer(table, { now: () => clock.now, retentionDays: 90 });
    const dora = await again.connect();
    const rejoin = { ...join, after: 3 };
    expect(await again.send(dora, rejoin)).toMatchObject({ events: [], recovered: false });
  });
});
