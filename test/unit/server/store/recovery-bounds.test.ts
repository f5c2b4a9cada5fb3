import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { createTestLog, day } from './test-log.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const createLog = (room: string, days?: number) => createTestLog(table, room, days);

/** The milliseconds for which a row must still live to prove that all rows after it are kept. */
const clockSkewMs = 60_000;

/** Creates a log whose first event is as old as the retention, so that its counter proves nothing. */
async function createOldLog(room: string) {
  const log = createLog(room);
  await log.send();
  log.clock.now += 20 * day;
  return log;
}

describe('Recovery.eventsAfter: `recovered`', () => {
  it('is true after the last seq, even of an expired log', async () => {
    const { clock, recover, send } = await createOldLog('end');
    await send();
    clock.now += 100 * day;
    expect(await recover(1)).toMatchObject({ recovered: false });
    expect(await recover(2)).toMatchObject({ recovered: true });
  });

  it('is true while the room is younger than the retention, up to a minute', async () => {
    const { clock, send, abandon, allocate, retentionMs, recover } = createLog('young');
    await abandon();
    await send();
    await allocate();
    clock.now += retentionMs - clockSkewMs - 1;
    expect(await recover(0)).toMatchObject({ seqs: [2], recovered: true });
    clock.now += 1;
    expect(await recover(0)).toMatchObject({ seqs: [2], recovered: false });
  });

  it('is true if the next event is the next seq and lives for another minute', async () => {
    const { clock, send, retentionMs, recover } = await createOldLog('next');
    await send();
    await send();
    clock.now += retentionMs - clockSkewMs - 1;
    expect(await recover(1)).toMatchObject({ seqs: [2, 3], recovered: true });
    clock.now += 1;
    expect(await recover(1)).toMatchObject({ seqs: [2, 3], recovered: false });
  });

  it('is false if the next event is not the next seq', async () => {
    const { clock, send, allocate, recover } = await createOldLog('missing');
    await allocate();
    clock.now += 11 * day;
    await send();
    expect(await recover(1)).toMatchObject({ seqs: [3], recovered: false });
  });

  it('is true if the last event up to the seq lives for another minute', async () => {
    const { clock, send, allocate, retentionMs, recover } = await createOldLog('held');
    await send();
    await allocate();
    clock.now += retentionMs - clockSkewMs - 1;
    expect(await recover(2)).toMatchObject({ seqs: [], recovered: true });
    clock.now += 1;
    expect(await recover(2)).toMatchObject({ seqs: [], recovered: false });
  });

  it('relies on the last event of either kind', async () => {
    const { clock, send, edit, allocate, recover } = await createOldLog('kinds');
    await edit();
    await allocate();
    clock.now += 11 * day;
    expect(await recover(2)).toMatchObject({ recovered: true });
    await send();
    expect(await recover(1)).toMatchObject({ recovered: true });
  });

  it('relies on the last event before an abandoned seq', async () => {
    const { clock, send, abandon, allocate, recover } = await createOldLog('abandoned');
    await send();
    await abandon();
    await allocate();
    clock.now += 11 * day;
    expect(await recover(3)).toMatchObject({ seqs: [], recovered: true });
  });
});

describe('Recovery.lastSeq', () => {
  it('is 0 for a log that never had an event', async () => {
    expect(await createLog('never').lastSeq()).toBe(0);
  });

  it('is 0 while the first seq is not written', async () => {
    const { allocate, lastSeq } = createLog('first');
    await allocate();
    expect(await lastSeq()).toBe(0);
  });

  it('is the seq of the last event of either kind', async () => {
    const { send, edit, lastSeq } = createLog('last');
    await send();
    await edit();
    expect(await lastSeq()).toBe(2);
    await send();
    expect(await lastSeq()).toBe(3);
  });

  it('is not a seq that is abandoned or not written yet', async () => {
    const { send, abandon, allocate, lastSeq } = createLog('pending');
    await send();
    await abandon();
    await allocate();
    expect(await lastSeq()).toBe(1);
  });

  it('is the last seq of the counter if all events have expired and are deleted', async () => {
    const { clock, allocate, lastSeq, retentionMs } = createLog('deleted');
    await allocate();
    await allocate();
    clock.now += retentionMs - 1;
    expect(await lastSeq()).toBe(0);
    clock.now += 1;
    expect(await lastSeq()).toBe(2);
  });

  it('depends on the shortest retention that the room had', async () => {
    const before = createLog('shortened', 7);
    await before.allocate();
    const after = createLog('shortened', 30);
    after.clock.now += 8 * day;
    expect(await after.lastSeq()).toBe(1);
  });
});
