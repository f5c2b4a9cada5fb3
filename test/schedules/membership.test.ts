import { randomUUID } from 'node:crypto';
import { createStore } from '../../src/server/store/index.ts';
import { userConnectionKey } from '../../src/server/store/keys.ts';
import { createTable } from '../../src/server/store/table.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import { exploreOrders } from '../helpers/explore-orders.ts';
import { createRandom, Scheduler } from '../helpers/scheduler.ts';

jest.setTimeout(120_000);

let table: TestTable;
beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const room = 'tea';
const operations = ['join', 'leave', 'close'] as const;
type Operation = (typeof operations)[number] | 'connect';

/** Runs operations of one connection at once, and returns what is wrong at the end. */
async function runAtOnce(
  names: readonly Operation[],
  isInRoom: boolean,
  choose: (count: number) => number,
): Promise<string[]> {
  const scheduler = new Scheduler();
  const limits = { connectionsPerUser: 9, roomsPerConnection: 9, connectionsPerRoom: 9 };
  const { connections, members } = createStore({
    ...scheduler.table(table),
    now: Date.now,
    retentionDays: 0,
    limits,
  });
  // Each connection has another user. A request sees the rooms as they were when it began.
  const [connectionId, userId] = [randomUUID(), randomUUID()];
  const rooms = new Set([room]);
  const connection = { connectionId, userId, name: 'Aki', connectedAt: Date.now(), rooms };
  const connect = () =>
    connections.add({ ...connection, rooms: new Set([isInRoom ? room : 'cake']) });
  if (!names.includes('connect')) await connect();
  const start: Record<Operation, () => Promise<unknown>> = {
    connect,
    join: () => connections.join(connection, room),
    leave: () => connections.leave(connection, room),
    close: () => connections.close(connectionId),
  };
  scheduler.isActive = true;
  const order: string[] = [];
  await scheduler.run(
    names.map((name) => start[name]()),
    (held) => {
      const index = choose(held.length);
      const call = held[index];
      if (call?.operation !== 'Post') order.push(`${call?.operation} ${call?.sk.slice(0, 4)}`);
      return { index, result: call?.proceed() };
    },
  );
  scheduler.isActive = false;
  const open = await connections.find(connectionId);
  const counted = await createTable(table.dynamoClient, table.tableName).get(
    userConnectionKey(userId, connectionId),
  );
  const isListed = open?.rooms.has(room) ?? false;
  const isSubscribed = (await members.forUser(room, userId)).length > 0;
  const isRight = isListed === isSubscribed && (open === undefined) === (counted === undefined);
  return isRight
    ? []
    : [`${names}: ${JSON.stringify({ open, counted, isSubscribed })} by ${order}`];
}

const pairs: [Operation, Operation][] = operations.flatMap((first, index) =>
  operations.slice(index).map((second): [Operation, Operation] => [first, second]),
);
pairs.push(['connect', 'close']);

describe('two operations of one connection at once', () => {
  it.each(pairs)('leave a subscription only in listed rooms: %s and %s', async (...pair) => {
    const found: string[] = [];
    for (const isInRoom of [true, false]) {
      const runs = await exploreOrders(async (choose) => {
        found.push(...(await runAtOnce(pair, isInRoom, choose)));
      });
      expect(runs).toBeGreaterThan(5);
    }
    expect(found).toEqual([]);
  });
});

describeSchedules('three or four operations of one connection at once', 60, (seed) => {
  const random = createRandom(seed);
  const choose = (count: number) => Math.floor(random() * count);
  const names = Array.from({ length: 3 + choose(2) }, () => operations[choose(3)] ?? 'join');
  return runAtOnce(names, random() < 0.5, choose);
});
