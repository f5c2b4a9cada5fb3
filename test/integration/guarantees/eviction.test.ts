import { deadline } from '../../../src/server/lib/deadline.ts';
import type { Recipient } from '../../../src/server/store/members.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { connect, connectAll, createEvictions, createIds, room } from './eviction-harness.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

const running = new AbortController().signal;

describe('an eviction of several connections', () => {
  it('removes them, and announces each user to the living alone', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead = await connectAll(store, ['d1', 'd2', 'd3']);
    await connectAll(store, ['a', 'b']);
    expect(await evictAll(dead, 5, running)).toEqual([]);
    expect(left.map(({ userId }) => userId).toSorted()).toEqual(dead.map(({ userId }) => userId));
    expect(left.map(({ recipients }) => recipients)).toEqual(Array(3).fill(['a', 'b']));
    for (const { connectionId } of dead) expect(await findRows(table, connectionId)).toEqual([]);
  });

  it('announces a user once whose connections all died, and none with another connection', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead = [
      await connect(store, 'phone', 'aki'),
      await connect(store, 'laptop', 'aki'),
      await connect(store, 'old', 'ben'),
    ];
    await connect(store, 'new', 'ben');
    await evictAll(dead, 10, running);
    expect(left).toEqual([{ room, userId: 'aki', recipients: ['new'] }]);
  });

  it('announces a user in all other rooms too, and posts nothing to the dead there', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead = [
      await connect(store, 'd1', 'aki', [room, 'cake']),
      await connect(store, 'd2', 'ben', [room, 'cake']),
    ];
    await connect(store, 'a', 'cleo', ['cake']);
    await evictAll(dead, 10, running);
    const inCake = left.filter((event) => event.room === 'cake');
    expect(inCake.map(({ recipients }) => recipients)).toEqual([['a'], ['a']]);
    expect(left).toHaveLength(4);
  });

  it('reads a room once for all of them, after it has removed them', async () => {
    const calls: string[] = [];
    const { store, evictAll } = createEvictions(table, ({ operation, pk, sk }) => {
      if (pk !== `ROOM#${room}`) return;
      if (operation === 'Query' && sk === 'SUB#') calls.push('read');
      if (operation === 'DeleteItem') calls.push('remove');
    });
    const dead = await connectAll(store, ['d1', 'd2', 'd3']);
    await connect(store, 'a');
    calls.length = 0;
    await evictAll(dead, 10, running);
    expect(calls).toEqual(['remove', 'remove', 'remove', 'read']);
  });

  it('removes a subscription that no connection lists, and announces its user', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const orphan = { ...(await connect(store, 'd1')), announced: true };
    await store.connections.close('d1');
    await store.members.add(orphan);
    await evictAll([orphan], 10, running);
    expect(left).toMatchObject([{ userId: orphan.userId }]);
    expect(await findRows(table, 'd1')).toEqual([]);
  });

  it('reports one that fails, and evicts the others', async () => {
    const cause = new Error('throttled');
    let isThrottled = false;
    const { store, evictAll, left, failures } = createEvictions(table, ({ operation, pk }) => {
      if (operation === 'UpdateItem' && pk === 'CONN#d1' && isThrottled) throw cause;
    });
    const dead = await connectAll(store, ['d1', 'd2']);
    await connect(store, 'a');
    isThrottled = true;
    expect(await evictAll(dead, 10, running)).toEqual([]);
    expect(failures).toEqual([['d1', cause]]);
    expect(left).toMatchObject([{ userId: 'user of d2' }]);
  });
});

describe('an eviction that fails after it has closed the connection', () => {
  it('announces the user in the rooms that the connection listed', async () => {
    let isThrottled = false;
    const { store, evictAll, left, failures } = createEvictions(table, ({ operation, pk }) => {
      if (operation === 'DeleteItem' && pk === 'ROOM#tea' && isThrottled) throw cause;
    });
    const cause = new Error('throttled');
    const dead = await connect(store, 'd1', 'aki', ['cake']);
    await connect(store, 'a', 'ben', ['cake']);
    isThrottled = true;
    await evictAll([dead], 10, running);
    expect(failures).toEqual([['d1', cause]]);
    expect(left).toEqual([{ room: 'cake', userId: 'aki', recipients: ['a'] }]);
  });
});

describe('the number of connections that a delivery evicts', () => {
  it('is three at least, so that every message makes progress', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead = await connectAll(store, createIds(4, 'd'));
    await connectAll(store, createIds(30, 'a'));
    await evictAll(dead, 33, running);
    expect(left).toHaveLength(3);
  });

  it('is as large as three posts of `left` for each recipient allow', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead = await connectAll(store, createIds(40, 'd'));
    await connectAll(store, createIds(20, 'a'));
    expect(await evictAll(dead, 59, running)).toEqual([]);
    // Eight evictions make 160 posts of the 177.
    expect(left).toHaveLength(8);
  });

  it('is not limited if nothing is announced', async () => {
    const { store, evictAll, left } = createEvictions(table);
    const dead: Recipient[] = [];
    for (const id of createIds(40, 'd')) dead.push(await connect(store, id, 'aki'));
    await connect(store, 'living', 'aki');
    await connectAll(store, createIds(30, 'a'));
    await evictAll(dead, 71, running);
    expect(left).toEqual([]);
    expect(await findRows(table, 'd0')).toEqual([]);
  });
});

describe('an eviction that runs out of time', () => {
  it('returns all dead connections if no time is left, and removes none', async () => {
    const { store, evictAll } = createEvictions(table);
    const dead = await connectAll(store, ['d1', 'd2']);
    expect(await evictAll(dead, 10, AbortSignal.abort())).toEqual(dead);
    expect(await findRows(table, 'd1')).not.toEqual([]);
  });

  it('returns those whose rows it could not remove, and reports none of them', async () => {
    const time = new AbortController();
    let isReady = false;
    const { store, evictAll, left, failures } = createEvictions(table, ({ operation, pk }) => {
      if (operation !== 'UpdateItem' || pk !== 'CONN#d1' || !isReady) return;
      time.abort();
      throw new Error('aborted');
    });
    const dead = await connectAll(store, ['d1', 'd2']);
    await connect(store, 'a');
    isReady = true;
    expect(await evictAll(dead, 10, time.signal)).toEqual([dead[0]]);
    expect(failures).toEqual([]);
    // The other subscription is gone, so nothing later would announce its user.
    expect(left).toMatchObject([{ userId: 'user of d2', recipients: ['a'] }]);
  });

  it('announces a user whose rows it has removed, although its time is over', async () => {
    const time = new AbortController();
    let isReady = false;
    const { store, evictAll, left, failures } = createEvictions(table, ({ operation }) => {
      if (isReady && operation === 'Query') time.abort();
    });
    const dead = await connectAll(store, ['d1']);
    await connect(store, 'a');
    isReady = true;
    const invocation = new AbortController().signal;
    const limits = { invocation, signal: time.signal, remainingMs: () => 28_000 };
    await deadline.run(limits, () => evictAll(dead, 10, time.signal));
    expect(time.signal.aborted).toBe(true);
    expect(failures).toEqual([]);
    expect(left).toMatchObject([{ userId: 'user of d1', recipients: ['a'] }]);
  });
});
