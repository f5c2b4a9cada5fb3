import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable, ProcessKilled } from '../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../helpers/hold-first.ts';
import { replayMessage, toMessageView } from '../../helpers/replay.ts';
import { isClaimWrite, isLogWrite, isSeqAllocation } from '../../helpers/table-calls.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const edit = { action: 'editmessage', seq: 1, message: 'too late' };
const removal = { action: 'react', seq: 1, emoji: '👍', on: false };
const deletion = { action: 'deletemessage', seq: 1, id: 'deletion' };

/** The requests that race with the deletion, with an id and without. */
const races: [string, Frame][] = [
  ['an edit', edit],
  ['an edit with an id', { ...edit, id: 'raced' }],
  ['the removal of a reaction', removal],
  ['the removal of a reaction with an id', { ...removal, id: 'raced' }],
];

/** Returns the same table as it is reached by a process that dies before it writes an event. */
const dieBeforeLogWrite = (whole: TestTable) =>
  interceptTable(whole, (call, proceed) =>
    isLogWrite(call) ? Promise.reject(new ProcessKilled()) : proceed(),
  );

let rooms = 0;

/** Creates a room with a message of the sender that has an edit and a reaction. */
async function createRoom() {
  rooms += 1;
  const room = `race-${rooms}`;
  const clock = { now: Date.UTC(2026, 10, 22) };
  const now = () => clock.now;
  const server = new TestServer(table, { now });
  const sender = await server.connect({ key: `the-sender-in-${room}` });
  await server.send(sender, { action: 'joinroom', room });
  /** Sends a request by an invocation of its own. Each pause of it calls `pause`. */
  const send = async (frame: Frame, slowTable = table, pause = async () => {}) =>
    new TestServer(slowTable, { now, pause }).send(sender, { room, ...frame });
  await send({ action: 'sendmessage', message: 'first' });
  await send({ ...edit, message: 'edited' });
  await send({ ...removal, on: true });
  /** Starts a deletion that has a seq and waits before its write. `finish` lets it go on to its end. */
  const startDeletion = async () => {
    const slow = holdFirst(table, isLogWrite);
    const deleting = send(deletion, slow.table);
    await slow.reached;
    const finish = async () => {
      slow.release();
      await deleting;
    };
    return { deleting, finish };
  };
  const readHistory = async () => {
    const { messages } = await send({ action: 'history' });
    const { events } = await server.store.recovery.eventsAfter(room, 0);
    return { shown: toMessageView(messages[0]), replayed: replayMessage(events, 1) };
  };
  /** Expects a deleted message that keeps the edit and the reaction from before its deletion. */
  const expectWholeView = async () => {
    const { shown, replayed } = await readHistory();
    expect(shown).toEqual(replayed);
    expect(shown).toMatchObject({ text: '', editedAt: expect.any(String) });
    expect(shown.deletedAt).toEqual(expect.any(String));
    expect(shown.reactions).toHaveLength(1);
  };
  return { clock, send, startDeletion, readHistory, expectWholeView };
}

describe.each(races)('%s that races with a deletion', (_name, request) => {
  it('is not found if it takes its seq after the deletion', async () => {
    const { send, expectWholeView } = await createRoom();
    const slow = holdFirst(table, isSeqAllocation);
    const late = send(request, slow.table);
    await slow.reached;
    expect(await send(deletion)).toMatchObject({ type: 'ack' });
    slow.release();
    expect(await late).toMatchObject({ code: 'not_found' });
    await expectWholeView();
  });

  it('waits for a deletion that is not stored yet', async () => {
    const { send, startDeletion, expectWholeView } = await createRoom();
    const { deleting, finish } = await startDeletion();
    expect(await send(request, table, finish)).toMatchObject({ code: 'not_found' });
    expect(await deleting).toMatchObject({ type: 'ack' });
    await expectWholeView();
  });

  it('waits again if the deletion takes a seq after the first check', async () => {
    const { send, startDeletion, expectWholeView } = await createRoom();
    const slow = holdFirst(table, isSeqAllocation);
    const { promise: deletionStarted, resolve: setDeletion } =
      Promise.withResolvers<() => Promise<void>>();
    const late = send(request, slow.table, async () => (await deletionStarted)());
    await slow.reached;
    const { deleting, finish } = await startDeletion();
    setDeletion(finish);
    slow.release();
    expect(await late).toMatchObject({ code: 'not_found' });
    expect(await deleting).toMatchObject({ type: 'ack' });
    await expectWholeView();
  });

  it('is unavailable after a deletion that died, until its mark expires', async () => {
    const { clock, send, readHistory } = await createRoom();
    await send(deletion, dieBeforeLogWrite(table));
    expect(await send(request)).toMatchObject({ code: 'unavailable', retryable: true });
    clock.now += 59_999;
    expect(await send(request)).toMatchObject({ code: 'unavailable' });
    clock.now += 1;
    expect(await send(request)).toMatchObject({ type: 'ack' });
    const { shown, replayed } = await readHistory();
    expect(shown).toEqual(replayed);
  });
});

describe('a retry that completes an earlier attempt', () => {
  it('does not store an edit above a deletion that the earlier attempt never saw', async () => {
    const { send, startDeletion, expectWholeView } = await createRoom();
    const request = { ...edit, id: 'raced' };
    // Both attempts pass the first check. The retry takes a seq before the deletion, the other one after.
    const beforeSeq = holdFirst(table, isSeqAllocation);
    const afterClaim = holdFirst(beforeSeq.table, isClaimWrite, 'after');
    const first = send(request, afterClaim.table);
    await beforeSeq.reached;
    const retry = holdFirst(table, isSeqAllocation, 'after');
    const { promise: deletionStarted, resolve: setDeletion } =
      Promise.withResolvers<() => Promise<void>>();
    const retrying = send(request, retry.table, async () => (await deletionStarted)());
    await retry.reached;
    const { finish } = await startDeletion();
    beforeSeq.release();
    await afterClaim.reached;
    setDeletion(finish);
    retry.release();
    expect(await retrying).toMatchObject({ code: 'not_found' });
    afterClaim.release();
    expect(await first).toMatchObject({ code: 'not_found' });
    await expectWholeView();
  });
});

describe('a retry of a deletion', () => {
  it('does not wait for the mark of its first attempt', async () => {
    const { send, startDeletion, expectWholeView } = await createRoom();
    const { deleting, finish } = await startDeletion();
    const ack = await send(deletion);
    expect(ack).toMatchObject({ type: 'ack' });
    await finish();
    expect(await deleting).toEqual(ack);
    await expectWholeView();
  });
});

describe('a deletion with the id of another one', () => {
  const waited = async () => {
    throw new Error('The request waits for a deletion.');
  };

  it('gets the ack of the other one, and leaves its own message as it is', async () => {
    const { send } = await createRoom();
    await send({ action: 'sendmessage', message: 'second' });
    const ack = await send(deletion);
    expect(await send({ ...deletion, seq: 4 })).toEqual(ack);
    const reaction = { action: 'react', seq: 4, emoji: '👍' };
    expect(await send(reaction, table, waited)).toMatchObject({ type: 'ack', target: 4 });
  });

  it('leaves the mark of a deletion that is in progress', async () => {
    const { send, startDeletion, expectWholeView, clock } = await createRoom();
    await send({ action: 'sendmessage', message: 'second' });
    await send({ action: 'deletemessage', seq: 4, id: 'reused' });
    const { finish } = await startDeletion();
    clock.now += 1;
    await send({ action: 'deletemessage', seq: 1, id: 'reused' });
    expect(await send(edit, table, finish)).toMatchObject({ code: 'not_found' });
    await expectWholeView();
  });
});
