import { openTable, type TestTable } from '../../helpers/database.ts';
import { intercept, type Sent } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, World } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

// An operator is told of what could not be stored; here it is the point.
afterEach(() => jest.restoreAllMocks());

/** Where an invocation stalls: with its number taken, or with its claim or message on its way. */
const stalls = {
  number: ({ operation, sk }: Sent) => operation === 'UpdateItem' && sk === 'COUNTER',
  claim: ({ operation, sk }: Sent) => operation === 'PutItem' && sk.startsWith('message#'),
  message: ({ operation, sk }: Sent) => operation === 'PutItem' && /^M\d/.test(sk),
};

let rooms = 0;

/** A room with six messages, a clock that the test moves, and an invocation that will stall. */
async function aRoom(stall: keyof typeof stalls) {
  rooms += 1;
  const room = `late-${rooms}`;
  const time = { now: Date.UTC(2026, 10, 22) };
  const now = () => time.now;
  const world = new World(table, { now });
  const resume = Promise.withResolvers<void>();
  const stalled = Promise.withResolvers<void>();
  const slow = new World(
    intercept(table, async (sent, go) => {
      if (!stalls[stall](sent)) return go();
      const taken = stall === 'number' && (await go());
      stalled.resolve();
      await resume.promise;
      return taken || go();
    }),
    { now },
  );
  const [aki, ben] = [await world.connect({ key: `aki-of-the-${room}` }), await world.connect()];
  for (const id of [aki, ben]) await world.send(id, { action: 'joinroom', room });
  const say = (message: string, id?: string) => ({
    action: 'sendmessage',
    room,
    message,
    ...(id && { id }),
  });
  for (let seq = 1; seq <= 6; seq += 1) await world.send(ben, say('before'));

  /** What a client that comes back gets from the log. */
  const recover = async (after: number) => {
    const { events } = await world.send(ben, { action: 'joinroom', room, after });
    return events.map(({ seq, message }: Frame) => [seq, message]);
  };
  return {
    world,
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
    const { world, slow, aki, ben, say, recover, time, stalled, resume } = await aRoom('message');
    const sending = slow.send(aki, say('late', 'a7'));
    await stalled;
    expect(await world.send(ben, say('quick'))).toMatchObject({ seq: 8 });
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
      const { slow, aki, say, recover, time, stalled, resume } = await aRoom('number');
      const sending = slow.send(aki, say('late', id));
      await stalled;
      time.now += 26_000;
      resume();
      expect(await sending).toMatchObject({ code: 'unavailable', retryable: true });
      expect(await recover(6)).toEqual([]);
    },
  );

  it('is completed under the same number by a retry in time', async () => {
    const { world, slow, aki, say, recover, time, stalled, resume } = await aRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 24_000;
    const ack = await world.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ seq: 7 });
    resume();
    expect(await sending).toEqual(ack);
    expect(await recover(6)).toEqual([[7, 'once']]);
  });

  it('gives way to a new number, once, when the retry comes half a minute later', async () => {
    const { world, slow, aki, say, recover, time, stalled, resume } = await aRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 31_000;
    const ack = await world.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ type: 'ack', seq: 8 });

    // The write was on its way all the time: it must not land any more.
    resume();
    expect(await sending).toEqual(ack);
    expect(await world.send(aki, say('once', 'a7'))).toEqual(ack);
    expect(await recover(6)).toEqual([[8, 'once']]);
  });

  it('gives way to one new number only, though several retries come at once', async () => {
    const { world, slow, aki, say, recover, time, stalled, resume } = await aRoom('message');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 31_000;
    const retries = Array.from({ length: 5 }, () => world.send(aki, say('once', 'a7')));
    const acks = await Promise.all(retries);
    resume();
    expect(new Set([...acks, await sending].map(({ type, seq }) => `${type} ${seq}`)).size).toBe(1);
    expect(await recover(6)).toEqual([[acks[0]?.['seq'], 'once']]);
  });
});

describe('a repeat long after all went well', () => {
  it('gets the same ack, and the message stays what it is', async () => {
    const { world, aki, say, recover, time } = await aRoom('number');
    const ack = await world.send(aki, say('once', 'a7'));
    time.now += 3_600_000;
    expect(await world.send(aki, say('once', 'a7'))).toEqual(ack);
    expect(await recover(6)).toEqual([[7, 'once']]);
  });
});

describe('a retry whose first attempt was cut short before its claim', () => {
  it('takes a number of its own, and the first one stays a hole', async () => {
    const { world, slow, aki, say, recover, time, stalled, resume } = await aRoom('claim');
    const sending = slow.send(aki, say('once', 'a7'));
    await stalled;
    time.now += 1_000;
    const ack = await world.send(aki, say('once', 'a7'));
    expect(ack).toMatchObject({ seq: 8 });
    resume();
    expect(await sending).toEqual(ack);
    expect(await recover(6)).toEqual([[8, 'once']]);
  });
});
