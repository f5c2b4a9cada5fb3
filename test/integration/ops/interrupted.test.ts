import type { OperatorTable } from '../../../src/ops/sdk-table.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { intercept, Process, type Sent } from '../../helpers/fakes/faulty-dynamo.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  aki,
  aParty,
  eraseAki,
  operators,
  rowsIn,
  texts,
  tracesIn,
  worldOf,
} from './erasure-fixture.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTable();
  // An operator is told of what could not be stored; here it is the point.
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await table.close();
});

describe('an erasure that is cut short', () => {
  it('leaves the others’ log whole after each of its writes, and the next run completes it', async () => {
    const { world, ben } = await aParty(table, ['tea']);
    const whole = operators(table);
    const log = async (): Promise<Frame[]> =>
      (await world.ask(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
    const [events, rows] = [await log(), await rowsIn(table)];
    const stay = events.filter(({ from }) => from.userId !== aki);
    await eraseAki(whole);
    const expected = await rowsIn(table);

    let writes = 0;
    for (let died = true; died; writes += 1) {
      await Promise.all(rows.map((row) => whole.put(rowOf(row))));
      const process = new Process();
      process.left = writes;
      await eraseAki(operators(table, process)).catch(() => {});
      died = process.died;
      const left = await log();
      expect(events).toEqual(expect.arrayContaining(left));
      expect(left.filter(({ from }) => from.userId !== aki)).toEqual(stay);
      expect(await eraseAki(whole)).toMatchObject({ isGone: true });
      expect(await rowsIn(table)).toEqual(expected);
    }
    // Nine events, three reactions, five claims, and seven rows of who is connected where.
    expect(writes).toBeGreaterThan(9 + 3 + 5 + 7);
  });
});

/** A row as it was read, with its sets. */
const rowOf = ({ pk, sk, em, rooms, ...rest }: Frame) => ({
  ...{ pk, sk, ...rest },
  ...(em && { em: new Set(em) }),
  ...(rooms && { rooms: new Set(rooms) }),
});

/** A look through the table that finds claims alone, in one pass. */
function onlyClaims(scan: OperatorTable['scan']): OperatorTable['scan'] {
  let passes = 0;
  return async function* (attributes) {
    passes += 1;
    for await (const page of scan(attributes)) {
      yield page.filter(({ pk }) => passes === 1 && pk.startsWith('CLAIM#'));
    }
  };
}

/** Where a request stalls: before it writes its message, or brings an edit or a reaction to one. */
const stalls = {
  message: ({ operation, sk }: Sent) => operation === 'PutItem' && /^M\d/.test(sk),
  edit: ({ operation, sk }: Sent) => operation === 'UpdateItem' && /^M\d/.test(sk),
  reaction: ({ operation, sk }: Sent) => operation === 'UpdateItem' && /^R\d/.test(sk),
};

/** Aki, with one message in a room, and a Lambda that will stall there, the n-th time that it comes to it. */
async function stalling(stall: keyof typeof stalls, nth = 1) {
  let times = 0;
  const world = worldOf(table);
  const one = await world.enter('tea', { token: aki, name: 'Aki' });
  const ben = await world.enter('tea', { token: 'ben' });
  await world.ask(one, { action: 'sendmessage', room: 'tea', message: 'first' });
  await world.ask(ben, { action: 'sendmessage', room: 'tea', message: 'second' });
  const [stalled, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = worldOf(
    intercept(table, async (sent, go) => {
      times += Number(stalls[stall](sent));
      if (stalls[stall](sent) && times === nth) {
        stalled.resolve();
        await resume.promise;
      }
      return go();
    }),
  );
  const log = async () =>
    (await world.ask(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
  return { world, slow, one, log, stalled: stalled.promise, resume: resume.resolve };
}

const send = { action: 'sendmessage', room: 'tea', id: 'late', message: 'my secret' };

const requests: [keyof typeof stalls, Frame][] = [
  ['message', send],
  ['edit', { action: 'editmessage', room: 'tea', id: 'late', seq: 1, message: 'my secret' }],
  ['reaction', { action: 'react', room: 'tea', id: 'late', seq: 2, emoji: 'call 555-0123' }],
];

describe('what they were writing when they were erased', () => {
  it.each(requests)('leaves nothing of it: %s', async (stall, request) => {
    const { slow, one, log, stalled, resume } = await stalling(stall);
    const sending = slow.send(one, request);
    await stalled;
    const { isGone } = await eraseAki(operators(table), () => {
      resume();
      return sending;
    });
    expect(isGone).toBe(true);
    expect(tracesIn(await rowsIn(table))).toEqual([]);
    expect((await log()).map(({ seq }: Frame) => seq)).toEqual([2]);
  });

  it('is not stored twice where they come again and repeat it', async () => {
    const { world, slow, one, log, stalled, resume } = await stalling('message');
    const sending = slow.send(one, send);
    await stalled;
    await eraseAki(operators(table));
    const again = await world.enter('tea', { token: aki, name: 'Aki' });
    const ack = await world.ask(again, send);
    resume();
    expect(await sending).toEqual(ack);
    const events: Frame[] = await log();
    expect(events.map(({ seq, message }) => [seq, message])).toEqual([
      [2, 'second'],
      [ack['seq'], texts[0]],
    ]);
  });

  it('is not stored twice where two repeats come while its claim is erased', async () => {
    const { world, slow, one, log, stalled, resume } = await stalling('message', 2);
    // The first attempt dies with the number claimed and not written.
    const process = new Process();
    process.left = 3;
    await worldOf(process.table(table)).send(one, send);
    const whole = operators(table);
    let repeating: Promise<Frame> | undefined;
    const between: typeof whole.remove = async (key, condition) => {
      if (key.pk.startsWith('CLAIM#')) {
        repeating = slow.send(await world.enter('tea', { token: aki, name: 'Aki' }), send);
        // The first number is given up by now: it has claimed another, and is about to write that.
        await stalled;
      }
      return whole.remove(key, condition);
    };
    await eraseAki({ ...whole, remove: between, scan: onlyClaims(whole.scan) });
    const ack = await world.ask(await world.enter('tea', { token: aki, name: 'Aki' }), send);
    resume();
    expect(await repeating).toEqual(ack);
    const stored = (await log()).filter(({ id }: Frame) => id === 'late');
    expect(stored).toMatchObject([{ seq: ack['seq'] }]);
  });

  it('makes no row of one that has expired since it was found', async () => {
    const { world, one } = await stalling('message');
    await world.ask(one, { ...send, id: 'kept' });
    const whole = operators(table);
    const before = await rowsIn(table);
    async function* scan(attributes: readonly string[]) {
      for await (const page of whole.scan(attributes)) {
        for (const { pk, sk, u } of page) if (u === aki) await whole.remove({ pk, sk });
        yield page.filter(({ u }) => u === aki);
      }
    }
    await eraseAki({ ...whole, scan });
    expect(await rowsIn(table)).toEqual(before.filter(({ u }) => u !== aki));
  });
});

describe('who goes on chatting', () => {
  it('is told of, as not gone; what they then wrote is whole, and another run erases it', async () => {
    const { world } = await aParty(table);
    let said = 0;
    const goOn = async () => {
      said += 1;
      const again = await world.enter('tea', { token: aki, name: 'Aki' });
      await world.ask(again, { action: 'sendmessage', room: 'tea', message: 'my secret' });
    };
    expect(await eraseAki(operators(table), goOn)).toMatchObject({ isGone: false });
    const dora = await world.enter('tea', { token: 'dora' });
    const { messages } = await world.ask(dora, { action: 'history', room: 'tea' });
    expect(messages.at(-1)).toMatchObject({ seq: 17 + said, from: { userId: aki } });
    expect(await eraseAki(operators(table))).toMatchObject({ isGone: true });
    expect(tracesIn(await rowsIn(table))).toEqual([]);
  });
});
