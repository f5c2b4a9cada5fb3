import type { FanOut } from './fan-out.ts';
import { formatNumber, formatPercent, formatSeconds, formatTable } from './markdown.ts';
import { quotas } from './prices.ts';
import { createFanOut } from './scenarios.ts';
import { type SimulationSummary, summarize } from './simulation.ts';

/** Returns the number of runs. Runs of large rooms take longer, but vary less. */
const getRunCount = (recipients: number) =>
  Math.min(100, Math.max(5, Math.floor(100_000 / recipients)));

const chunkSizes = [100, 250, 500, 1_000, 2_000];
const roomSizes = [10, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** Simulations of all fan-outs in the tables and the chart. */
export interface FanOutResults {
  /** By recipients, then by chunk size. */
  readonly grid: ReadonlyMap<number, ReadonlyMap<number, SimulationSummary>>;
  /** Rooms whose deliveries the sender's invocation makes alone, by recipients. */
  readonly senderOnly: ReadonlyMap<number, SimulationSummary>;
  /** Other retry settings, by name and recipients. */
  readonly retries: ReadonlyMap<string, ReadonlyMap<number, SimulationSummary>>;
}

/** Simulates all fan-outs. This takes about a minute. */
export function simulateAll(postCpuMs: number): FanOutResults {
  const base = createFanOut(postCpuMs);
  const simulateRoom = (recipients: number, change: Partial<FanOut> = {}) =>
    summarize({ ...base, ...change, recipients }, getRunCount(recipients));
  const simulateEach = <K>(keys: readonly K[], simulateKey: (key: K) => SimulationSummary) =>
    new Map(keys.map((key) => [key, simulateKey(key)]));
  const longRetry = { maxAttempts: 100, baseMs: 100, capMs: 1_600, budgetMs: 25_000 };
  const settings: Record<string, Partial<FanOut>> = {
    'as it is: 64 at once, 5 tries in 3 s': {},
    '16 at once': { concurrency: 16 },
    'tries for 25 s': { retry: longRetry },
    'tries for 25 s, 1,000 a chunk': { retry: longRetry, chunkSize: 1_000 },
    'no quota in the way': { throttle: { perSecond: 1e9, burst: 1e9 } },
  };
  return {
    grid: new Map(
      roomSizes.map((recipients) => [
        recipients,
        simulateEach(chunkSizes, (chunkSize) => simulateRoom(recipients, { chunkSize })),
      ]),
    ),
    senderOnly: simulateEach([10, 100, 250, 500, 1_000, 2_000], (recipients) =>
      simulateRoom(recipients, { threshold: recipients }),
    ),
    retries: new Map(
      Object.entries(settings).map(([name, setting]) => [
        name,
        simulateEach([10_000, 20_000, 50_000, 100_000], (recipients) =>
          simulateRoom(recipients, setting),
        ),
      ]),
    ),
  };
}

/** Creates the table of the seconds until the last recipient, and of the failed share. */
export function createLastRecipientTable({ grid }: FanOutResults): string {
  const cell = ({ medianMs, p99Ms, failedShare }: SimulationSummary) => {
    const lost = failedShare > baselineFailedShare ? `, ${formatPercent(failedShare)} lost` : '';
    return `${formatSeconds(medianMs)} (${formatSeconds(p99Ms)})${lost}`;
  };
  const large = [...grid].filter(([recipients]) => recipients > 500);
  const rows = large.map(([recipients, bySize]) => [
    formatNumber(recipients),
    ...[...bySize.values()].map(cell),
    formatSeconds(getMinQuotaMs(recipients)),
  ]);
  const headings = chunkSizes.map((size) => `${formatNumber(size)} a chunk`);
  return formatTable(['recipients', ...headings, 'the quota alone'], rows);
}

/** Failed share that the assumed slow recipients explain. One in a thousand is slow. */
const baselineFailedShare = 0.0015;

/** Returns the fewest milliseconds in which the account's token bucket accepts all deliveries. */
export const getMinQuotaMs = (recipients: number) =>
  (Math.max(0, recipients - quotas.gatewayBurst) / quotas.gatewayPerSecond) * 1_000;

/** Creates the table of ack times if the sender's invocation makes all deliveries. */
export function createSenderOnlyTable({ senderOnly }: FanOutResults): string {
  const rows = [...senderOnly].map(([recipients, { ackMs, ackP99Ms, medianMs, billedMs }]) => [
    formatNumber(recipients),
    `${formatSeconds(ackMs)} (${formatSeconds(ackP99Ms)})`,
    formatSeconds(medianMs),
    formatSeconds(billedMs),
  ]);
  return formatTable(
    ['recipients', 'ack after', 'last recipient after', 'billed, on average'],
    rows,
  );
}

/** Creates the table of other retry settings. */
export function createRetryTable({ retries }: FanOutResults): string {
  const rows = [...retries].flatMap(([name, byRoom]) => [
    [
      name,
      ...[...byRoom.values()].map(
        ({ medianMs, failedShare, billedMs }) =>
          `${formatSeconds(medianMs)} s, ${formatPercent(failedShare)}, ${formatNumber(billedMs / 1_000)} s`,
      ),
    ],
  ]);
  return formatTable(
    ['last recipient, given up, billed', '10,000', '20,000', '50,000', '100,000'],
    rows,
  );
}
