import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { isClaimWrite, isLogWrite, isSeqAllocation } from '../../helpers/table-calls.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** The points at which an invocation stalls: after it took its seq, or before it writes a row. */
const stallPoints = {
  seq: isSeqAllocation,
  claim: isClaimWrite,
  message: isLogWrite,
};

let rooms = 0;

/** Creates a room with six messages and a clock that the test moves. */
async function createRoom() {
  rooms += 1;
  const room = `late-${rooms}`;
  const clock = { now: Date.UTC(2026, 10, 22) };
  const server = new TestServer(table, { now: () => clock.now });
  const [aki, ben] = [await server.connect({ key: `aki-of-the-${room}` }), await server.connect()];
  for (const id of [aki, ben]) await server.send(id, { action: 'joinroom', room });
  const sendAsBen = (message: string) => server.send(ben, { action: 'sendmessage', room, message });
  for (let seq = 1; seq <= 6; seq += 1) await sendAsBen('before');
  const request: Frame = { action: 'sendmessage', room, message: 'late', id: 'a7' };

  /** Reads what a client recovers that holds the six messages. */
  const recover = async () => {
    const { events } = await server.send(ben, { action: 'joinroom', room, after: 6 });
    return events.map(({ seq, message }: Frame) => [seq, message]);
  };
  return { server, clock, aki, request, sendAsBen, recover };
}

/** Sends the seventh message of a room by an invocation that stalls until the test resumes it. */
async function stallSend(point: keyof typeof stallPoints, fields: Frame = {}) {
  const room = await createRoom();
  const { clock, aki } = room;
  const request = { ...room.request, ...fields };
  const stalled = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  const slowTable = interceptTable(table, async (call, proceed) => {
    if (!stallPoints[point](call)) return proceed();
    const output = point === 'seq' && (await proceed());
    stalled.resolve();
    await resumed.promise;
    return output || proceed();
  });
  const sending = new TestServer(slowTable, { now: () => clock.now }).send(aki, request);
  await stalled.promise;
  /** Resumes the invocation, and returns its reply. */
  const resume = () => {
    resumed.resolve();
    return sending;
  };
  /** Sends the same message again, by another invocation. */
  const retry = () => room.server.send(aki, request);
  return { ...room, resume, retry };
}

describe('a message that is written late', () => {
  it('is recovered by a client that returns with a seq below the gap', async () => {
    const { clock, sendAsBen, recover, resume } = await stallSend('message');
    expect(await sendAsBen('quick')).toMatchObject({ seq: 8 });
    expect(await recover()).toEqual([[8, 'quick']]);

    clock.now += 20_000;
    expect(await resume()).toMatchObject({ type: 'ack', seq: 7 });
    expect(await recover()).toEqual([
      [7, 'late'],
      [8, 'quick'],
    ]);
  });

  it.each(['a7', undefined])(
    'is never written after the write window of its seq, with the id %s',
    async (id) => {
      const { clock, recover, resume } = await stallSend('seq', { id });
      clock.now += 26_000;
      expect(await resume()).toMatchObject({ code: 'unavailable', retryable: true });
      expect(await recover()).toEqual([]);
    },
  );

  it('is completed under the same seq by a retry within the write window', async () => {
    const { clock, recover, resume, retry } = await stallSend('message');
    clock.now += 24_000;
    const ack = await retry();
    expect(ack).toMatchObject({ seq: 7 });
    expect(await resume()).toEqual(ack);
    expect(await recover()).toEqual([[7, 'late']]);
  });

  it('gets one new seq by a retry after the write window', async () => {
    const { clock, recover, resume, retry } = await stallSend('message');
    clock.now += 31_000;
    const ack = await retry();
    expect(ack).toMatchObject({ type: 'ack', seq: 8 });

    // The stalled write is still on its way, and must not succeed any more.
    expect(await resume()).toEqual(ack);
    expect(await retry()).toEqual(ack);
    expect(await recover()).toEqual([[8, 'late']]);
  });

  it('gets one new seq by concurrent retries after the write window', async () => {
    const { clock, recover, resume, retry } = await stallSend('message');
    clock.now += 31_000;
    const acks = await Promise.all(Array.from({ length: 5 }, () => retry()));
    acks.push(await resume());
    expect(new Set(acks.map(({ type, seq }) => `${type} ${seq}`)).size).toBe(1);
    expect(acks[0]).toMatchObject({ type: 'ack' });
    expect(await recover()).toEqual([[acks[0]?.['seq'], 'late']]);
  });

  it('gets a seq of its own by a retry if the first attempt wrote no claim', async () => {
    const { clock, recover, resume, retry } = await stallSend('claim');
    clock.now += 1_000;
    const ack = await retry();
    expect(ack).toMatchObject({ seq: 8 });
    expect(await resume()).toEqual(ack);
    expect(await recover()).toEqual([[8, 'late']]);
  });
});

describe('a retry long after a message was written', () => {
  it('returns the same ack and does not change the message', async () => {
    const { server, clock, aki, request, recover } = await createRoom();
    const ack = await server.send(aki, request);
    clock.now += 3_600_000;
    expect(await server.send(aki, request)).toEqual(ack);
    expect(await recover()).toEqual([[7, 'late']]);
  });
});
