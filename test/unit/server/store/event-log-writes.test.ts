import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { createTestStore, type TestStoreOptions } from '../../../helpers/test-store.ts';

const author = { userId: 'aki', name: 'Aki' };
const hello = { type: 'message', id: 'a1', message: 'hello' } as const;

/** The milliseconds for which an allocated seq may be written. */
const writeWindowMs = 25_000;

/** The milliseconds after which clients close a gap. */
const gapTimeoutMs = 30_000;

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const isLogWrite = ({ operation, sk }: Pick<TableCall, 'operation' | 'sk'>) =>
  operation === 'PutItem' && /^[ME]\d/.test(sk);

/** Creates a log, and appends `hello` to one of its rooms. */
function createLog(room: string, options?: TestStoreOptions) {
  const { clock, store } = createTestStore(table, options);
  const append = () => store.eventLog.append(room, author, hello, { id: hello.id });
  return { clock, store, append };
}

/** A table on which the first write of an event fails, as if the process had died before it. */
function failFirstWrite() {
  let failed = false;
  return interceptTable(table, async (call, proceed) => {
    if (failed || !isLogWrite(call)) return proceed();
    failed = true;
    throw new Error('The process died.');
  });
}

describe('EventLog.append', () => {
  it('gives up a write in time, so that it ends before clients close the gap', async () => {
    const timeouts: (number | undefined)[] = [];
    const { append } = createLog('slow', {
      dynamoClient: (operation, input, timeoutMs) => {
        const { sk } = Object(input['Item']);
        if (isLogWrite({ operation, sk })) timeouts.push(timeoutMs);
        return table.dynamoClient(operation, input, timeoutMs);
      },
    });
    await append();
    expect(timeouts).toHaveLength(1);
    expect(writeWindowMs + Number(timeouts[0])).toBeLessThan(gapTimeoutMs);
  });

  it('gives an event the time of its first attempt, when a retry writes it', async () => {
    const { clock, append } = createLog('retried', failFirstWrite());
    const sentAt = new Date(clock.now).toISOString();
    await expect(append()).rejects.toThrow('died');
    clock.now += 20_000;
    expect(await append()).toMatchObject({ seq: 1, sentAt });
  });
});
