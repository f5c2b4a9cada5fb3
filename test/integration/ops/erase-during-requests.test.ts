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
} from './erasure-fixture.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
  // The server logs the writes that fail here on purpose.
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await table.close();
});

/** Replaces a scan by one that finds only claims, and only in the first pass. */
function scanClaimsOnce(scan: OpsTable['scan']): OpsTable['scan'] {
  let passes = 0;
  return async function* (attributes) {
    passes += 1;
    for await (const page of scan(attributes)) {
      yield page.filter(({ pk }) => passes === 1 && pk.startsWith('CLAIM#'));
    }
  };
}

/** The calls at which a request stalls: the write of a message, an edit or a reaction. */
const stallPoints = {
  message: ({ operation, sk }: TableCall) => operation === 'PutItem' && /^M\d/.test(sk),
  edit: ({ operation, sk }: TableCall) => operation === 'UpdateItem' && /^M\d/.test(sk),
  reaction: ({ operation, sk }: TableCall) => operation === 'UpdateItem' && /^R\d/.test(sk),
};

/** Creates a room with a message of Aki, and a server that stalls at the n-th call of a kind. */
async function createStalledServer(stall: keyof typeof stallPoints, nth = 1) {
  let times = 0;
  const server = createTestServer(table);
  const aki1 = await server.connectTo('tea', { token: akiUserId, name: 'Aki' });
  const ben = await server.connectTo('tea', { token: 'ben' });
  await server.request(aki1, { action: 'sendmessage', room: 'tea', message: 'first' });
  await server.request(ben, { action: 'sendmessage', room: 'tea', message: 'second' });
  const stalled = Promise.withResolvers<void>();
  const resume = Promise.withResolvers<void>();
  const slow = createTestServer(
    interceptTable(table, async (call, proceed) => {
      times += Number(stallPoints[stall](call));
      if (stallPoints[stall](call) && times === nth) {
        stalled.resolve();
        await resume.promise;
      }
      return proceed();
    }),
  );
  const log = async () =>
    (await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
  return { server, slow, aki1, log, stalled: stalled.promise, resume: resume.resolve };
}

const send = { action: 'sendmessage', room: 'tea', id: 'late', message: 'my secret' };

const requests: [keyof typeof stallPoints, Frame][] = [
  ['message', send],
  ['edit', { action: 'editmessage', room: 'tea', id: 'late', seq: 1, message: 'my secret' }],
  ['reaction', { action: 'react', room: 'tea', id: 'late', seq: 2, emoji: 'call 555-0123' }],
];

describe('eraseUser during a request', () => {
  it.each(requests)('removes a pending %s', async (stall, request) => {
    const { slow, aki1, log, stalled, resume } = await createStalledServer(stall);
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

  it('lets a retry store a pending message only once', async () => {
    const { server, slow, aki1, log, stalled, resume } = await createStalledServer('message');
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

  it('lets two retries store a message only once while its claim is erased', async () => {
    const { server, slow, aki1, log, stalled, resume } = await createStalledServer('message', 2);
    // The first attempt dies after it has claimed a seq, before it writes the message.
    const crashing = new CrashingProcess();
    crashing.stepsLeft = 3;
    await createTestServer(crashing.table(table)).send(aki1, send);
    const opsTable = createOpsTable(table);
    let retrying: Promise<Frame> | undefined;
    const retryBeforeRemove: typeof opsTable.remove = async (key, condition) => {
      if (key.pk.startsWith('CLAIM#')) {
        retrying = slow.send(
          await server.connectTo('tea', { token: akiUserId, name: 'Aki' }),
          send,
        );
        // The claimed seq has a tombstone by now. The retry has claimed another seq, and is about to write there.
        await stalled;
      }
      return opsTable.remove(key, condition);
    };
    await eraseAki({
      ...opsTable,
      remove: retryBeforeRemove,
      scan: scanClaimsOnce(opsTable.scan),
    });
    const ack = await server.request(
      await server.connectTo('tea', { token: akiUserId, name: 'Aki' }),
      send,
    );
    resume();
    expect(await retrying).toEqual(ack);
    const stored = (await log()).filter(({ id }: Frame) => id === 'late');
    expect(stored).toMatchObject([{ seq: ack['seq'] }]);
  });

  it('creates no tombstone for a row that expired after the scan found it', async () => {
    const { server, aki1 } = await createStalledServer('message');
    await server.request(aki1, { ...send, id: 'kept' });
    const opsTable = createOpsTable(table);
    const before = await readAllRows(table);
    async function* scan(attributes: readonly string[]) {
      for await (const page of opsTable.scan(attributes)) {
        for (const { pk, sk, u } of page) if (u === akiUserId) await opsTable.remove({ pk, sk });
        yield page.filter(({ u }) => u === akiUserId);
      }
    }
    await eraseAki({ ...opsTable, scan });
    expect(await readAllRows(table)).toEqual(before.filter(({ u }) => u !== akiUserId));
  });
});
