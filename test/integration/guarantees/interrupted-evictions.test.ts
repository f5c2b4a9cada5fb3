import { deadline } from '../../../src/server/lib/deadline.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { connect, connectAll, createEvictions, createIds } from './eviction-harness.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

const removesSubscription = ({ operation, pk }: TableCall) =>
  operation === 'DeleteItem' && pk === 'ROOM#tea';

/**
 * Creates evictions of a delivery whose time ends at the first matching call. The table makes that call. Like the
 * client of the table, it gives the answer only to a caller whose own time is not over.
 */
function createTimedEvictions(matches: (call: TableCall) => boolean) {
  const time = new AbortController();
  let isReady = false;
  const timed = interceptTable(table, async (call, proceed) => {
    const output = await proceed();
    if (isReady && matches(call)) time.abort(new Error('The time of the delivery is over.'));
    if (isReady) deadline.getStore()?.signal.throwIfAborted();
    return output;
  });
  const evictions = createEvictions(timed);
  const limits = {
    invocation: new AbortController().signal,
    signal: time.signal,
    remainingMs: () => 28_000,
  };
  return {
    ...evictions,
    evict(...[dead, recipientCount]: Parameters<typeof evictions.evictAll>) {
      isReady = true;
      return deadline.run(limits, () => evictions.evictAll(dead, recipientCount, time.signal));
    },
    signal: time.signal,
  };
}

describe('an eviction whose time ends while the table removes a subscription', () => {
  it('announces the user, and leaves no row behind', async () => {
    const { store, evict, left, failures, signal } = createTimedEvictions(removesSubscription);
    const dead = await connectAll(store, ['d1']);
    await connect(store, 'a');
    expect(await evict(dead, 10, signal)).toEqual([]);
    expect(left).toEqual([{ room: 'tea', userId: 'user of d1', recipients: ['a'] }]);
    expect(failures).toEqual([]);
    expect(await findRows(table, 'd1')).toEqual([]);
  });

  it('completes its wave, and starts no other one', async () => {
    const { store, evict, left, signal } = createTimedEvictions(removesSubscription);
    const dead = await connectAll(store, createIds(12, 'd'));
    await connect(store, 'a');
    const late = await evict(dead, 12, signal);
    expect(left.length).toBeGreaterThan(0);
    expect(late).toEqual(dead.slice(left.length));
    for (const { connectionId } of late)
      expect(await findRows(table, connectionId)).toHaveLength(4);
  });
});

describe('an eviction that fails after it has removed a subscription', () => {
  it.each([
    ['the subscription of another room', 'ROOM#cake'],
    ['the row of the connection', 'CONN#d1'],
  ])('announces the user, if it could not remove %s', async (_row, pk) => {
    let isReady = false;
    const cause = new Error('throttled');
    const { store, evictAll, left, failures } = createEvictions(table, (call) => {
      if (isReady && call.operation === 'DeleteItem' && call.pk === pk) throw cause;
    });
    const dead = await connect(store, 'd1', 'aki', ['tea', 'cake']);
    await connect(store, 'a');
    isReady = true;
    await evictAll([dead], 10, new AbortController().signal);
    expect(left).toContainEqual({ room: 'tea', userId: 'aki', recipients: ['a'] });
    expect(failures).toEqual([['d1', cause]]);
  });
});

describe('a wave of evictions whose read of the room fails once', () => {
  it('announces all its users', async () => {
    let failuresLeft = 0;
    const { store, evictAll, left, failures } = createEvictions(table, ({ operation, pk, sk }) => {
      if (operation !== 'Query' || pk !== 'ROOM#tea' || sk !== 'SUB#' || failuresLeft === 0) return;
      failuresLeft -= 1;
      throw new Error('throttled');
    });
    const dead = await connectAll(store, ['d1', 'd2', 'd3']);
    await connect(store, 'a');
    failuresLeft = 1;
    await evictAll(dead, 10, new AbortController().signal);
    expect(left.map(({ recipients }) => recipients)).toEqual([['a'], ['a'], ['a']]);
    expect(failures).toEqual([]);
  });

  it('reads each page once if a later page fails', async () => {
    let failuresLeft = 0;
    const { store, evictAll, left, failures } = createEvictions(table, ({ input }) => {
      if (!input['ExclusiveStartKey'] || failuresLeft === 0) return;
      failuresLeft -= 1;
      throw new Error('throttled');
    });
    const dead = await connectAll(store, ['d1', 'd2']);
    const living = createIds(150, 'a');
    await connectAll(store, living);
    failuresLeft = 1;
    await evictAll(dead, 152, new AbortController().signal);
    expect(left.map(({ recipients }) => recipients)).toEqual([living, living]);
    expect(failures).toEqual([]);
  });
});
