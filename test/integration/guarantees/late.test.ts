import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

// An operator is told of what could not be stored; here it is the point.
afterEach(() => jest.restoreAllMocks());

/** Where an invocation stalls: with its number taken, or with its claim or message on its way. */
const stallPoints = {
  number: ({ operation, sk }: TableCall) => operation === 'UpdateItem' && sk === 'COUNTER',
  claim: ({ operation, sk }: TableCall) => operation === 'PutItem' && sk.startsWith('message#'),
  message: ({ operation, sk }: TableCall) => operation === 'PutItem' && /^M\d/.test(sk),
};

let rooms = 0;

/** A room with six messages, a clock that the test moves, and an invocation that will stall. */
async function createRoom(stall: keyof typeof stallPoints) {
  rooms += 1;
  const room = `late-${rooms}`;
  const time = { now: Date.UTC(2026, 10, 22) };
  const now = () => time.now;
  const server = new TestServer(table, { now });
  const resume = Promise.withResolvers<void>();
  const stalled = Promise.withResolvers<void>();
  const slow = new TestServer(
    interceptTable(table, async (sent, go) => {
      if (!stallPoints[stall](sent)) return go();
      const taken = stall === 'number' && (await go());
      stalled.resolve();
      await resume.promise;
      return taken || go();
    }),
    { now },
  );
  const [aki, ben] = [await server.connect({ key: `aki-of-the-${room}` }), await server.connect()];
  for (const id of [aki, ben]) await server.send(id, { action: 'joinroom', room });
  const say = (message: string, id?: string) => ({
    action: 'sendmessage',
    room,
    message,
    ...(id && { id }),
  });
  for (let seq = 1; seq <= 6; seq += 1) await server.send(ben, say('before'));

  /** What a client that comes back gets from the log. */
  const recover = async (after: number) => {
    const { events } = await server.send(ben, { action: 'joinroom', room, after });
    return events.map(({ seq, message }: Frame) => [seq, message]);
  };
  return {
    world: server,
    slow,
    aki,
    ben,
    say,
    recover,
    time,
    stalled: stalled.promise,
    resume: resume.resolve,
  };
}

describe('a number that is written late', () => {
  it('is recovered by a client that comes back below its hole', async () => {
    const {
      world: server,
      slow,
      aki,
      ben,
      say,
      recover,
      time,
      stalled,
      resume,
    } = await createRoom('message');
    const sending = slow.send(aki, say('late', 'a7'));
    await stalled;
    expect(await server.send(ben, say('quick'))).toMatchObject({ seq: 8 });
    expect(await recover(6)).toEqual([[8, 'quick']]);

    time.now += 20_000;
    resume();
    expect(await sending).toMatchObject({ type: 'ack', seq: 7 });
    expect(await recover(6)).toEqual([
      [7, 'late'],
      [8, 'quick'],
    ]);
  });

  it.each(['a7', undefined])(
    'is never written by an invocation that has outlived it, with the id %s',
    async (id) => {
      const { slow, aki, say, recover, time, stalled, resume } = await createRoom('number');
      const sending = slow.send(aki, say('late', id));
      await stalled;
      time.now += 26_000;
      resume();
      expect(await sending).toMatchObject({ code: 'unavailable', retryable: true });
      expect(await recover(6)).toEqual([]);
    },
  );

  it('is completed under the same number by a retry in time', async () => {
    const {
      world: server,
      slow,
      aki,
      say,
      recover,
      time,
      stalled,
      resume,
    } = await createRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 24_000;
    const ack = await server.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ seq: 7 });
    resume();
    expect(await sending).toEqual(ack);
    expect(await recover(6)).toEqual([[7, 'once']]);
  });

  it('gives way to a new number, once, when the retry comes half a minute later', async () => {
    const {
      world: server,
      slow,
      aki,
      say,
      recover,
      time,
      stalled,
      resume,
    } = await createRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 31_000;
    const ack = await server.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ type: 'ack', seq: 8 });

    // The write was on its way all the time: it must not land any more.
    resume();
    expect(await sending).toEqual(ack);
    expect(await server.send(aki, say('once', 'a7'))).toEqual(ack);
    expect(await recover(6)).toEqual([[8, 'once']]);
  });

  it('gives way to one new number only, though several retries come at once', async () => {
    const {
      world: server,
      slow,
      aki,
      say,
      recover,
      time,
      stalled,
      resume,
    } = await createRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 31_000;
    const retries = Array.from({ length: 5 }, () => server.send(aki, say('once', 'a7')));
    const acks = await Promise.all(retries);
    resume();
    expect(new Set([...acks, await sending].map(({ type, seq }) => `${type} ${seq}`)).size).toBe(1);
    expect(await recover(6)).toEqual([[acks[0]?.['seq'], 'once']]);
  });
});

describe('a repeat long after all went well', () => {
  it('gets the same ack, and the message stays what it is', async () => {
    const { world: server, aki, say, recover, time } = await createRoom('number');
    const ack = await server.send(aki, say('once', 'a7'));
    time.now += 3_600_000;
    expect(await server.send(aki, say('once', 'a7'))).toEqual(ack);
    expect(await recover(6)).toEqual([[7, 'once']]);
  });
});

describe('a retry whose first attempt was cut short before its claim', () => {
  it('takes a number of its own, and the first one stays a hole', async () => {
    const {
      world: server,
      slow,
      aki,
      say,
      recover,
      time,
      stalled,
      resume,
    } = await createRoom('claim');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 1_000;
    const ack = await server.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ seq: 8 });
    resume();
    expect(await sending).toEqual(ack);
    expect(await recover(6)).toEqual([[8, 'once']]);
  });
});
