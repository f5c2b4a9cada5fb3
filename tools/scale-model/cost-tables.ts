import { formatNumber, formatPercent, formatTable, formatUsd } from './markdown.ts';
import type { Design, Habits, Quota } from './model.ts';
import {
  computeBill,
  getMaxUsers,
  getMessagesPerSecond,
  getOnlineUsers,
  getTotalUsd,
  limits,
} from './model.ts';
import { type Item, prices } from './prices.ts';
import { getRoomLimits } from './room-limits.ts';
import { busy, messagesOnly } from './scenarios.ts';

/** The compared designs. */
export interface Designs {
  readonly kaiwa: Design;
  readonly sameDeliveries: Design;
  readonly asWritten: Design;
}

const quotaNames: Record<Quota, string> = {
  gateway: 'gateway: 10,000 requests and deliveries a second',
  connects: 'gateway: 500 new connections a second',
  concurrency: 'Lambda: 1,000 invocations at once',
  tableReads: 'table: 40,000 read units a second',
  tableWrites: 'table: 40,000 write units a second',
};

/** Creates the table of the users at which each quota binds. The first quota to bind is on top. */
export function createQuotaTable({ kaiwa, sameDeliveries, asWritten }: Designs): string {
  const tutorials = [sameDeliveries, asWritten];
  const rows = (Object.keys(limits) as Quota[])
    .map((quota) => ({ quota, users: getMaxUsers(kaiwa, busy, quota) }))
    .sort((a, b) => a.users - b.users)
    .map(({ quota, users }) => [
      quotaNames[quota],
      formatNumber(users),
      formatNumber(getMessagesPerSecond(busy, users)),
      formatNumber(getOnlineUsers(busy, users) * busy.peak),
      ...tutorials.map((design) => formatNumber(getMaxUsers(design, busy, quota))),
    ]);
  const headings = ['what binds', 'users', 'messages a second', 'online then'];
  return formatTable([...headings, 'same deliveries: users', 'as written: users'], rows);
}

/** Creates the table of the messages per second that a room allows, by its size. */
export function createRoomTable(): string {
  const rows = [2, 10, 100, 1_000, 10_000].map((size) => {
    const { gateway, counter, reading } = getRoomLimits(size);
    const least = Math.min(gateway, counter, reading);
    const binds = least === gateway ? 'deliveries' : least === counter ? 'its counter' : 'reading';
    return [
      formatNumber(size),
      formatNumber(gateway),
      formatNumber(counter),
      formatNumber(reading),
      `**${binds}**`,
    ];
  });
  return formatTable(
    [
      'connections in the room',
      'deliveries allow',
      'its counter allows',
      'reading allows',
      'binds',
    ],
    rows,
  );
}

const userCounts = [100, 10_000, 1_000_000];

/** Creates the table of monthly costs, beside those of the tutorial's algorithm. */
export function createCostTable({ kaiwa, sameDeliveries, asWritten }: Designs): string {
  const habits = { 'everything on': busy, 'messages only': messagesOnly };
  const rows = Object.entries(habits).flatMap(([name, each]) =>
    userCounts.map((users) => [
      name,
      formatNumber(users),
      ...[kaiwa, sameDeliveries, asWritten].map((design) =>
        formatUsd(getTotalUsd(computeBill(design, each, users))),
      ),
      formatUsd(getTotalUsd(computeBill(kaiwa, each, users)) / users),
    ]),
  );
  return formatTable(
    ['habits', 'users', 'Kaiwa', 'same deliveries', 'as written', 'Kaiwa, a user'],
    rows,
  );
}

const itemNames: Record<Item, string> = {
  gatewayMessage: 'gateway: messages',
  gatewayMinute: 'gateway: connection minutes',
  tableRead: 'table: reads',
  tableWrite: 'table: writes',
  tableStorage: 'table: storage',
  lambdaRequest: 'Lambda: invocations',
  lambdaTime: 'Lambda: time',
  logs: "logs: Lambda's own lines, and a line of ours for each",
  transfer: 'transfer to the internet',
};

/** Creates the table of the items in the bill of 10,000 users. */
export function createCostBreakdown({ kaiwa, sameDeliveries }: Designs): string {
  const bills = [
    computeBill(kaiwa, busy, 10_000),
    computeBill(sameDeliveries, busy, 10_000),
  ] as const;
  const rows = (Object.keys(prices) as Item[])
    .sort((a, b) => bills[0][b] - bills[0][a])
    .map((item) => [
      itemNames[item],
      formatUsd(bills[0][item]),
      formatPercent(bills[0][item] / getTotalUsd(bills[0])),
      formatUsd(bills[1][item]),
    ]);
  return formatTable(['a month, 10,000 users', 'Kaiwa', 'of it', 'same deliveries'], rows);
}

const habitNames: Partial<Record<keyof Habits, string>> = {
  roomSize: 'connections in a room',
  typings: 'typing events',
  reads: 'read marks',
  messages: 'messages',
  sessions: 'comings and goings',
  rooms: 'rooms of each',
  pings: 'pings',
  hoursOnline: 'hours online',
  reconnects: 'further reconnects',
  amendments: 'edits, reactions, deletions',
};

/** Creates the table of the change in a bill if one habit halves or doubles. The largest is on top. */
export function createSensitivityTable({ kaiwa }: Designs): string {
  const getUsd = (habits: Habits) => getTotalUsd(computeBill(kaiwa, habits, 10_000));
  const baseUsd = getUsd(busy);
  const change = (key: keyof Habits, factor: number) =>
    getUsd({ ...busy, [key]: busy[key] * factor }) / baseUsd - 1;
  const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(0)} %`;
  const rows = (Object.keys(habitNames) as (keyof Habits)[])
    .map((key) => ({ key, half: change(key, 0.5), twice: change(key, 2) }))
    .sort((a, b) => b.twice - a.twice)
    .map(({ key, half, twice }) => [
      habitNames[key] ?? key,
      formatNumber(busy[key]),
      signed(half),
      signed(twice),
    ]);
  return formatTable(['habit', 'assumed', 'half of it', 'twice'], rows);
}

/** Creates the table of prices and their sources. */
export function createPriceTable(): string {
  const rows = Object.values(prices).map(({ steps, unit, per, source, seen }) => {
    const each = steps.map(({ usd: price }, index) => {
      const from = steps[index - 1]?.upTo;
      const above = from === undefined ? '' : `above ${formatNumber(from)} `;
      return `${above}$${Number((price * per).toPrecision(6))}`;
    });
    return [`[${unit}](${source})`, per === 1 ? '1' : formatNumber(per), each.join(', '), seen];
  });
  return formatTable(['unit', 'amount', 'price', 'seen'], rows);
}
