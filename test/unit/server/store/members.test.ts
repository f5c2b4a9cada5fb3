import type { DynamoClient } from '../../../../src/server/aws/dynamodb.ts';
import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable } from '../../../helpers/fakes/faulty-dynamo.ts';
import { createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** API Gateway's limit on a connection, and the margin of its rows, in milliseconds. */
const lifetimeMs = 2 * 3600_000 + 600_000;

/** Creates the members of a room, and a function that subscribes a connection to it. */
function createRoom(room: string) {
  const reads: number[] = [];
  const { dynamoClient } = interceptTable(table, async ({ operation }, proceed) => {
    const output = await proceed();
    if (operation === 'Query') reads.push(output.Items?.length ?? 0);
    return output;
  });
  const { clock, store } = createTestStore(table, { dynamoClient });
  const subscribe = (connectionId: string, userId = connectionId, announced = true) =>
    store.members.add({
      room,
      connectionId,
      userId,
      name: `Name of ${userId}`,
      connectedAt: clock.now,
      announced,
    });
  const subscribeAll = (userIds: readonly string[]) =>
    Promise.all(userIds.map((userId) => subscribe(`${userId}=`, userId)));
  return { clock, reads, members: store.members, subscribe, subscribeAll };
}

describe('Members.count', () => {
  it('counts the connections of a room up to the limit', async () => {
    const { members, subscribe } = createRoom('counted');
    expect(await members.count('counted', 3)).toBe(0);
    for (const id of ['a=', 'b=', 'c=']) await subscribe(id);
    expect(await members.count('counted', 4)).toBe(3);
    expect(await members.count('counted', 3)).toBe(3);
    expect(await members.count('counted', 2)).toBe(2);
  });

  it('counts no connection that has expired, although its row remains', async () => {
    const { clock, members, subscribe } = createRoom('expired');
    await subscribe('old=');
    clock.now += lifetimeMs - 1;
    expect(await members.count('expired', 10)).toBe(1);
    clock.now += 1;
    await subscribe('new=');
    expect(await members.count('expired', 10)).toBe(1);
  });
});

describe('Members.count: its cost', () => {
  it('reads no names, and no further page once it has counted the limit', async () => {
    const pages: string[][] = [];
    const smallPages: DynamoClient = async (operation, input) => {
      const output = await table.dynamoClient(operation, { ...input, Limit: 2 });
      pages.push([...new Set(output.Items?.flatMap((row) => Object.keys(row)))].toSorted());
      return output;
    };
    const { members, subscribeAll } = createRoom('costly');
    await subscribeAll(['aki', 'ben', 'cleo', 'dora']);
    const { store } = createTestStore(table, { dynamoClient: smallPages });
    expect(await store.members.count('costly', 2)).toBe(2);
    expect(pages).toEqual([['pk', 'sk', 'ttl']]);
    expect(await members.count('costly', 5)).toBe(4);
  });
});

describe('Members.subscribers', () => {
  it('reads the live connections by pages, with what a delivery needs', async () => {
    const { clock, members, subscribe } = createRoom('paged');
    await subscribe('old=');
    clock.now += lifetimeMs;
    for (const userId of ['aki', 'ben', 'cleo']) await subscribe(`${userId}=`, userId);
    const pages = await Array.fromAsync(members.subscribers('paged', 2));
    const common = { room: 'paged', connectedAt: clock.now };
    expect(pages).toEqual([
      [
        { ...common, userId: 'aki', connectionId: 'aki=' },
        { ...common, userId: 'ben', connectionId: 'ben=' },
      ],
      [{ ...common, userId: 'cleo', connectionId: 'cleo=' }],
      ...(pages.length > 2 ? [[]] : []),
    ]);
  });
});

describe('Members.forUser', () => {
  it('returns the live subscriptions of that user only, as they were stored', async () => {
    const { clock, members, subscribe } = createRoom('own');
    await subscribe('old=', 'aki');
    clock.now += lifetimeMs;
    await subscribe('phone=', 'aki', false);
    await subscribe('laptop=', 'aki');
    await subscribe('other=', 'akiko');
    const common = { room: 'own', userId: 'aki', name: 'Name of aki', connectedAt: clock.now };
    expect(await members.forUser('own', 'aki')).toMatchObject([
      { ...common, connectionId: 'laptop=', announced: true },
      { ...common, connectionId: 'phone=', announced: false },
    ]);
  });
});

describe('Members.remove', () => {
  it('removes one subscription, and returns it as `add` did', async () => {
    const { members, subscribe } = createRoom('removed');
    const added = await subscribe('phone=', 'aki');
    await subscribe('laptop=', 'aki');
    const subscription = { room: 'removed', userId: 'aki', connectionId: 'phone=' };
    expect(await members.remove(subscription)).toEqual(added);
    expect(await members.remove(subscription)).toBeUndefined();
    expect(await members.count('removed', 10)).toBe(1);
  });

  it('removes with a nonce only the write that has it', async () => {
    const { members, subscribe } = createRoom('nonces');
    const former = await subscribe('phone=', 'aki');
    const later = await subscribe('phone=', 'aki');
    expect(later.nonce).not.toBe(former.nonce);
    expect(await members.remove(former)).toBeUndefined();
    expect(await members.forUser('nonces', 'aki')).toEqual([later]);
    expect(await members.remove(later)).toEqual(later);
  });
});

describe('Members.page', () => {
  /** Returns the ids of as many users, in the order of a page. */
  const createUserIds = (count: number) =>
    Array.from({ length: count }, (_, index) => `u${1_000 + index}`);

  it('names each live user once, with no cursor on the last page', async () => {
    const { clock, members, subscribe } = createRoom('small');
    await subscribe('old=', 'dora');
    clock.now += lifetimeMs;
    for (const id of ['phone=', 'laptop=']) await subscribe(id, 'aki');
    await subscribe('ben=', 'ben');
    const named = ['aki', 'ben'].map((userId) => ({ userId, name: `Name of ${userId}` }));
    expect(await members.page('small')).toEqual({ members: named });
  });

  it('has a hundred users, and a cursor for the next page', async () => {
    const { members, reads, subscribeAll } = createRoom('large');
    const userIds = createUserIds(150);
    await subscribeAll(userIds);
    const first = await members.page('large');
    expect(first.members.map(({ userId }) => userId)).toEqual(userIds.slice(0, 100));
    expect(reads).toEqual([101]);
    const last = await members.page('large', first.cursor);
    expect(last.members.map(({ userId }) => userId)).toEqual(userIds.slice(100));
    expect(last).not.toHaveProperty('cursor');
  });

  it('has no cursor if the room has exactly a hundred users, on any number of connections', async () => {
    const { members, subscribe, subscribeAll } = createRoom('exact');
    const userIds = createUserIds(100);
    await subscribeAll(userIds);
    await subscribe('laptop=', userIds.at(-1));
    const { members: users, cursor } = await members.page('exact');
    expect([users.length, cursor]).toEqual([100, undefined]);
  });
});
