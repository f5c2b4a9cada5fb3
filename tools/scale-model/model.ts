import { assumed } from './assumptions.ts';
import { computeCost, type Item, prices, quotas } from './prices.ts';

/** The activity of one user per day. */
export interface Habits {
  readonly hoursOnline: number;
  readonly messages: number;
  /** Events that a user starts or stops typing. */
  readonly typings: number;
  /** Advances of read markers. */
  readonly reads: number;
  /** Edits, deletions and reactions. */
  readonly amendments: number;
  /** Pages of history. */
  readonly pages: number;
  readonly pings: number;
  /** Connects that announce the user to the user's rooms. Their ends are announced too. */
  readonly sessions: number;
  /** Further connects, which announce nothing, since an older connection is open. */
  readonly reconnects: number;
  readonly rooms: number;
  /** Connections in a room when an event occurs there, including the sender's. */
  readonly roomSize: number;
  /** Load of the busiest hour, as a multiple of the mean. */
  readonly peak: number;
}

/** The work that all users cause per day. */
export interface Work {
  /** Frames from clients, without `$connect` and `$disconnect`. */
  readonly requests: number;
  readonly replies: number;
  readonly connects: number;
  /** Frames to clients. Each is one call of `@connections`. */
  readonly deliveries: number;
  /** Read units of the table. */
  readonly reads: number;
  /** Write units of the table. */
  readonly writes: number;
  readonly invocations: number;
  readonly loggedBytes: number;
  /** Duration of all invocations together. */
  readonly billedMs: number;
  /** Bytes that the table stores of it in the long run. */
  readonly storedBytes: number;
}

/** Computes the daily work of these users with these habits. `online` of them are connected. */
export type Design = (habits: Habits, users: number, online: number) => Work;

const daySeconds = 86_400;
const monthDays = 30;

/** Returns the mean number of connected users. */
export const getOnlineUsers = ({ hoursOnline }: Habits, users: number) =>
  (users * hoursOnline) / 24;

/** Dollars per month by billed item. */
export type MonthlyBill = Record<Item, number>;

/** Computes the bill of a month of 30 equal days. */
export function computeBill(design: Design, habits: Habits, users: number): MonthlyBill {
  const online = getOnlineUsers(habits, users);
  const work = design(habits, users, online);
  const daily: Record<Item, number> = {
    gatewayMessage: work.requests + work.replies + work.deliveries,
    gatewayMinute: online * 24 * 60,
    tableRead: work.reads,
    tableWrite: work.writes,
    tableStorage: work.storedBytes / 1e9 / monthDays,
    lambdaRequest: work.invocations,
    lambdaTime: (work.billedMs / 1_000) * assumed.memoryGb,
    logs: work.loggedBytes / 1e9,
    transfer: (work.deliveries * assumed.frameBytes + work.replies * assumed.ackBytes) / 1e9,
  };
  const items = Object.keys(prices) as Item[];
  return Object.fromEntries(
    items.map((item) => [item, computeCost(item, daily[item] * monthDays)]),
  ) as MonthlyBill;
}

/** Returns the dollars per month of all items. */
export const getTotalUsd = (bill: MonthlyBill) =>
  Object.values(bill).reduce((sum, usd) => sum + usd, 0);

/** A quota of AWS for an account and region, or for a table. */
export type Quota = 'gateway' | 'connects' | 'concurrency' | 'tableReads' | 'tableWrites';

/** The default value of each quota. All but `concurrency` are per second. */
export const limits: Record<Quota, number> = {
  gateway: quotas.gatewayPerSecond,
  connects: quotas.connectsPerSecond,
  concurrency: quotas.lambdaConcurrency,
  tableReads: quotas.tableUnitsPerSecond,
  tableWrites: quotas.tableUnitsPerSecond,
};

/** Returns the load of the busiest hour on each quota. */
export function getPeakLoad(design: Design, habits: Habits, users: number): Record<Quota, number> {
  const online = Math.min(users, getOnlineUsers(habits, users) * habits.peak);
  const work = design(habits, users, online);
  const toRate = (perDay: number) => (perDay * habits.peak) / daySeconds;
  return {
    // `$connect` and `$disconnect` are requests too.
    gateway: toRate(work.requests + work.deliveries + 2 * work.connects),
    connects: toRate(work.connects),
    concurrency: toRate(work.billedMs) / 1_000,
    tableReads: toRate(work.reads),
    tableWrites: toRate(work.writes),
  };
}

/** Returns the largest number of users whose busiest hour stays within a quota. */
export function getMaxUsers(design: Design, habits: Habits, quota: Quota): number {
  let enough = 0;
  let tooMany = 1;
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

/** Returns the messages per second that these users send in their busiest hour. */
export const getMessagesPerSecond = ({ messages, peak }: Habits, users: number) =>
  (users * messages * peak) / daySeconds;
