import type { OpsTable } from '../../../src/ops/sdk-table.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import {
  CrashingProcess,
  interceptTable,
  type TableCall,
} from '../../helpers/fakes/faulty-dynamo.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  akiTexts,
  akiUserId,
  createOpsTable,
  createTestServer,
  eraseAki,
  findTraces,
  readAllRows,
  seedConversation,
} from './erasure-fixture.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
  // An operator is told of what could not be stored; here it is the point.
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await table.close();
});

describe('an erasure that is cut short', () => {
  it('leaves the others’ log whole after each of its writes, and the next run completes it', async () => {
    const { world: server, ben } = await seedConversation(table, ['tea']);
    const whole = createOpsTable(table);
    const log = async (): Promise<Frame[]> =>
      (await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
    const [events, rows] = [await log(), await readAllRows(table)];
    const stay = events.filter(({ from }) => from.userId !== akiUserId);
    await eraseAki(whole);
    const expected = await readAllRows(table);

    let writes = 0;
    for (let died = true; died; writes += 1) {
      await Promise.all(rows.map((row) => whole.put(toWritableRow(row))));
      const crashing = new CrashingProcess();
      crashing.stepsLeft = writes;
      await eraseAki(createOpsTable(table, crashing)).catch(() => {});
      died = crashing.died;
      const left = await log();
      expect(events).toEqual(expect.arrayContaining(left));
      expect(left.filter(({ from }) => from.userId !== akiUserId)).toEqual(stay);
      expect(await eraseAki(whole)).toMatchObject({ isGone: true });
      expect(await readAllRows(table)).toEqual(expected);
    }
    // Nine events, three reactions, five claims, and seven rows of who is connected where.
    expect(writes).toBeGreaterThan(9 + 3 + 5 + 7);
  });
});

/** A row as it was read, with its sets. */
const toWritableRow = ({ pk, sk, em, rooms, ...rest }: Frame) => ({
  ...{ pk, sk, ...rest },
  ...(em && { em: new Set(em) }),
  ...(rooms && { rooms: new Set(rooms) }),
});

/** A look through the table that finds claims alone, in one pass. */
function scanClaimsOnce(scan: OpsTable['scan']): OpsTable['scan'] {
  let passes = 0;
  return async function* (attributes) {
    passes += 1;
    for await (const page of scan(attributes)) {
      yield page.filter(({ pk }) => passes === 1 && pk.startsWith('CLAIM#'));
    }
  };
}

/** Where a request stalls: before it writes its message, or brings an edit or a reaction to one. */
const stallPoints = {
  message: ({ operation, sk }: TableCall) => operation === 'PutItem' && /^M\d/.test(sk),
  edit: ({ operation, sk }: TableCall) => operation === 'UpdateItem' && /^M\d/.test(sk),
  reaction: ({ operation, sk }: TableCall) => operation === 'UpdateItem' && /^R\d/.test(sk),
};

/** Aki, with one message in a room, and a Lambda that will stall there, the n-th time that it comes to it. */
async function createStalledServer(stall: keyof typeof stallPoints, nth = 1) {
  let times = 0;
  const server = createTestServer(table);
  const aki1 = await server.connectTo('tea', { token: akiUserId, name: 'Aki' });
  const ben = await server.connectTo('tea', { token: 'ben' });
  await server.request(aki1, { action: 'sendmessage', room: 'tea', message: 'first' });
  await server.request(ben, { action: 'sendmessage', room: 'tea', message: 'second' });
  const [stalled, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = createTestServer(
    interceptTable(table, async (sent, go) => {
      times += Number(stallPoints[stall](sent));
      if (stallPoints[stall](sent) && times === nth) {
        stalled.resolve();
        await resume.promise;
      }
      return go();
    }),
  );
  const log = async () =>
    (await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
  return { world: server, slow, one: aki1, log, stalled: stalled.promise, resume: resume.resolve };
}

const send = { action: 'sendmessage', room: 'tea', id: 'late', message: 'my secret' };

const requests: [keyof typeof stallPoints, Frame][] = [
  ['message', send],
  ['edit', { action: 'editmessage', room: 'tea', id: 'late', seq: 1, message: 'my secret' }],
  ['reaction', { action: 'react', room: 'tea', id: 'late', seq: 2, emoji: 'call 555-0123' }],
];

describe('what they were writing when they were erased', () => {
  it.each(requests)('leaves nothing of it: %s', async (stall, request) => {
    const { slow, one: aki1, log, stalled, resume } = await createStalledServer(stall);
    const sending = slow.send(aki1, request);
    await stalled;
    const { isGone } = await eraseAki(createOpsTable(table), () => {
      resume();
      return sending;
    });
    expect(isGone).toBe(true);
    expect(findTraces(await readAllRows(table))).toEqual([]);
    expect((await log()).map(({ seq }: Frame) => seq)).toEqual([2]);
  });

  it('is not stored twice where they come again and repeat it', async () => {
    const {
      world: server,
      slow,
      one: aki1,
      log,
      stalled,
      resume,
    } = await createStalledServer('message');
    const sending = slow.send(aki1, send);
    await stalled;
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki' });
    const ack = await server.request(again, send);
    resume();
    expect(await sending).toEqual(ack);
    const events: Frame[] = await log();
    expect(events.map(({ seq, message }) => [seq, message])).toEqual([
      [2, 'second'],
      [ack['seq'], akiTexts[0]],
    ]);
  });

  it('is not stored twice where two repeats come while its claim is erased', async () => {
    const {
      world: server,
      slow,
      one: aki1,
      log,
      stalled,
      resume,
    } = await createStalledServer('message', 2);
    // The first attempt dies with the number claimed and not written.
    const crashing = new CrashingProcess();
    crashing.stepsLeft = 3;
    await createTestServer(crashing.table(table)).send(aki1, send);
    const whole = createOpsTable(table);
    let repeating: Promise<Frame> | undefined;
    const between: typeof whole.remove = async (key, condition) => {
      if (key.pk.startsWith('CLAIM#')) {
        repeating = slow.send(
          await server.connectTo('tea', { token: akiUserId, name: 'Aki' }),
          send,
        );
        // The first number is given up by now: it has claimed another, and is about to write that.
        await stalled;
      }
      return whole.remove(key, condition);
    };
    await eraseAki({ ...whole, remove: between, scan: scanClaimsOnce(whole.scan) });
    const ack = await server.request(
      await server.connectTo('tea', { token: akiUserId, name: 'Aki' }),
      send,
    );
    resume();
    expect(await repeating).toEqual(ack);
    const stored = (await log()).filter(({ id }: Frame) => id === 'late');
    expect(stored).toMatchObject([{ seq: ack['seq'] }]);
  });

  it('makes no row of one that has expired since it was found', async () => {
    const { world: server, one: aki1 } = await createStalledServer('message');
    await server.request(aki1, { ...send, id: 'kept' });
    const whole = createOpsTable(table);
    const before = await readAllRows(table);
    async function* scan(attributes: readonly string[]) {
      for await (const page of whole.scan(attributes)) {
        for (const { pk, sk, u } of page) if (u === akiUserId) await whole.remove({ pk, sk });
        yield page.filter(({ u }) => u === akiUserId);
      }
    }
    await eraseAki({ ...whole, scan });
    expect(await readAllRows(table)).toEqual(before.filter(({ u }) => u !== akiUserId));
  });
});

describe('who goes on chatting', () => {
  it('is told of, as not gone; what they then wrote is whole, and another run erases it', async () => {
    const { world: server } = await seedConversation(table);
    let said = 0;
    const goOn = async () => {
      said += 1;
      const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki' });
      await server.request(again, { action: 'sendmessage', room: 'tea', message: 'my secret' });
    };
    expect(await eraseAki(createOpsTable(table), goOn)).toMatchObject({ isGone: false });
    const dora = await server.connectTo('tea', { token: 'dora' });
    const { messages } = await server.request(dora, { action: 'history', room: 'tea' });
    expect(messages.at(-1)).toMatchObject({ seq: 17 + said, from: { userId: akiUserId } });
    expect(await eraseAki(createOpsTable(table))).toMatchObject({ isGone: true });
    expect(findTraces(await readAllRows(table))).toEqual([]);
  });
});
