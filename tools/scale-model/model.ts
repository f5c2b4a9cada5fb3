import { assumed } from './assumptions.ts';
import { computeCost, type Item, prices, quotas } from './prices.ts';

/** What one user does in a day. */
export interface Habits {
  readonly hoursOnline: number;
  readonly messages: number;
  /** Times that somebody begins to type, or stops. */
  readonly typings: number;
  /** Read marks that move. */
  readonly reads: number;
  /** Edits, deletions and reactions. */
  readonly amendments: number;
  /** Pages of history. */
  readonly pages: number;
  readonly pings: number;
  /** Times that the person comes and goes: their rooms are told of both. */
  readonly sessions: number;
  /** Further connects, which nobody is told of: an older connection still stands. */
  readonly reconnects: number;
  readonly rooms: number;
  /** Connections in a room while something happens there, the one it comes from among them. */
  readonly roomSize: number;
  /** How much busier the busiest hour is than the mean. */
  readonly peak: number;
}

/** What a day of all users comes to. */
export interface Work {
  /** Frames from clients, and the replies to them; a connect or its end is neither. */
  readonly requests: number;
  readonly replies: number;
  readonly connects: number;
  /** Frames to clients, each by one @connections call. */
  readonly pushes: number;
  /** Units of the table. */
  readonly reads: number;
  readonly writes: number;
  readonly invocations: number;
  readonly loggedBytes: number;
  /** What the invocations run for together. */
  readonly billedMs: number;
  /** What the table holds of it in the long run. */
  readonly storedBytes: number;
}

/** A way to serve these habits: what so many users, so many of them online, come to in a day. */
export type Design = (habits: Habits, users: number, online: number) => Work;

const daySeconds = 86_400;
const monthDays = 30;

/** How many of the users are online at a time, on average. */
export const getOnlineUsers = ({ hoursOnline }: Habits, users: number) =>
  (users * hoursOnline) / 24;

/** What a month costs: dollars, for each thing that is billed. */
export type MonthlyBill = Record<Item, number>;

/** The bill of a month of 30 such days. */
export function computeBill(design: Design, habits: Habits, users: number): MonthlyBill {
  const online = getOnlineUsers(habits, users);
  const work = design(habits, users, online);
  const day: Record<Item, number> = {
    gatewayMessage: work.requests + work.replies + work.pushes,
    gatewayMinute: online * 24 * 60,
    tableRead: work.reads,
    tableWrite: work.writes,
    tableStorage: work.storedBytes / 1e9 / monthDays,
    lambdaRequest: work.invocations,
    lambdaTime: (work.billedMs / 1_000) * assumed.memoryGb,
    logs: work.loggedBytes / 1e9,
    transfer: (work.pushes * assumed.frameBytes + work.replies * assumed.ackBytes) / 1e9,
  };
  const items = Object.keys(prices) as Item[];
  return Object.fromEntries(
    items.map((item) => [item, computeCost(item, day[item] * monthDays)]),
  ) as MonthlyBill;
}

/** All of a bill: dollars a month. */
export const getTotalUsd = (of: MonthlyBill) =>
  Object.values(of).reduce((sum, usd) => sum + usd, 0);

/** What AWS limits by account and region, or by table. */
export type Quota = 'gateway' | 'connects' | 'concurrency' | 'tableReads' | 'tableWrites';

/** Every such limit's value by default, a second. */
export const limits: Record<Quota, number> = {
  gateway: quotas.gatewayPerSecond,
  connects: quotas.connectsPerSecond,
  concurrency: quotas.lambdaConcurrency,
  tableReads: quotas.tableUnitsPerSecond,
  tableWrites: quotas.tableUnitsPerSecond,
};

/** What the busiest hour asks of each of them, a second. */
export function getPeakLoad(design: Design, habits: Habits, users: number): Record<Quota, number> {
  const online = Math.min(users, getOnlineUsers(habits, users) * habits.peak);
  const work = design(habits, users, online);
  const rate = (aDay: number) => (aDay * habits.peak) / daySeconds;
  return {
    // Connects and ends are requests too.
    gateway: rate(work.requests + work.pushes + 2 * work.connects),
    connects: rate(work.connects),
    concurrency: rate(work.billedMs) / 1_000,
    tableReads: rate(work.reads),
    tableWrites: rate(work.writes),
  };
}

/** The most users at whose busiest hour a quota still holds. */
export function getMaxUsers(design: Design, habits: Habits, quota: Quota): number {
  let [enough, tooMany] = [0, 1];
  const isWithinQuota = (users: number) =>
    getPeakLoad(design, habits, users)[quota] <= limits[quota];
  while (isWithinQuota(tooMany) && tooMany < 2 ** 40) tooMany *= 2;
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (isWithinQuota(middle)) enough = middle;
    else tooMany = middle;
  }
  return enough;
}

/** Messages that so many users send in a second of their busiest hour. */
export const getMessagesPerSecond = ({ messages, peak: factor }: Habits, users: number) =>
  (users * messages * factor) / daySeconds;
