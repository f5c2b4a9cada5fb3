import type { FanOut } from './fan-out.ts';
import { formatNumber, formatPercent, formatSeconds, formatTable } from './markdown.ts';
import { quotas } from './prices.ts';
import { fanOut } from './scenarios.ts';
import { type SimulationSummary, summarize } from './simulation.ts';

/** Enough plays for the time they take: the larger the room, the less they differ. */
const getRunCount = (recipients: number) =>
  Math.min(100, Math.max(5, Math.floor(100_000 / recipients)));

const chunkSizes = [100, 250, 500, 1_000, 2_000];
const roomSizes = [10, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** Every fan-out that the tables and the chart show. */
export interface FanOutResults {
  /** By recipients, then by chunk size. */
  readonly grid: ReadonlyMap<number, ReadonlyMap<number, SimulationSummary>>;
  /** Rooms that the sender's invocation serves whole. */
  readonly alone: ReadonlyMap<number, SimulationSummary>;
  /** Other ways to retry, at 500 a chunk, by name and recipients. */
  readonly otherwise: ReadonlyMap<string, ReadonlyMap<number, SimulationSummary>>;
}

/** Plays them all: it takes about a minute. */
export function simulateAll(postCpuMs: number): FanOutResults {
  const base = fanOut(postCpuMs);
  const simulateRoom = (recipients: number, change: Partial<FanOut> = {}) =>
    summarize({ ...base, ...change, recipients }, getRunCount(recipients));
  const each = <K>(keys: readonly K[], of: (key: K) => SimulationSummary) =>
    new Map(keys.map((key) => [key, of(key)]));
  const longRetry = { tries: 100, baseMs: 100, capMs: 1_600, budgetMs: 25_000 };
  const ways: Record<string, Partial<FanOut>> = {
    'as it is: 64 at once, 5 tries in 3 s': {},
    '16 at once': { inFlight: 16 },
    'tries for 25 s': { retry: longRetry },
    'tries for 25 s, 1,000 a chunk': { retry: longRetry, chunkSize: 1_000 },
    'no quota in the way': { throttle: { perSecond: 1e9, burst: 1e9 } },
  };
  return {
    grid: new Map(
      roomSizes.map((recipients) => [
        recipients,
        each(chunkSizes, (chunkSize) => simulateRoom(recipients, { chunkSize })),
      ]),
    ),
    alone: each([10, 100, 250, 500, 1_000, 2_000], (recipients) =>
      simulateRoom(recipients, { threshold: recipients }),
    ),
    otherwise: new Map(
      Object.entries(ways).map(([name, way]) => [
        name,
        each([10_000, 20_000, 50_000, 100_000], (recipients) => simulateRoom(recipients, way)),
      ]),
    ),
  };
}

/** Time to the last recipient by room and chunk size, in seconds, and who never got it. */
export function createLastRecipientTable({ grid }: FanOutResults): string {
  const cell = ({ medianMs, p99Ms, givenUpShare }: SimulationSummary) => {
    const lost = givenUpShare > baselineLossShare ? `, ${formatPercent(givenUpShare)} lost` : '';
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

/** One in a thousand recipients is assumed to be slow; what is lost for it is not the fan-out's doing. */
const baselineLossShare = 0.0015;

/** What the account's bucket lets through no sooner: milliseconds. */
export const getMinQuotaMs = (recipients: number) =>
  (Math.max(0, recipients - quotas.gatewayBurst) / quotas.gatewayPerSecond) * 1_000;

/** What it means for the ack where the sender's invocation delivers to all. */
export function createSenderOnlyTable({ alone: bySize }: FanOutResults): string {
  const rows = [...bySize].map(([recipients, { ackMs, ackP99Ms, medianMs, billedMs }]) => [
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

/** Other ways to retry. */
export function createRetryTable({ otherwise: ways }: FanOutResults): string {
  const rows = [...ways].flatMap(([name, byRoom]) => [
    [
      name,
      ...[...byRoom.values()].map(
        ({ medianMs, givenUpShare, billedMs }) =>
          `${formatSeconds(medianMs)} s, ${formatPercent(givenUpShare)}, ${formatNumber(billedMs / 1_000)} s`,
      ),
    ],
  ]);
  return formatTable(
    ['last recipient, given up, billed', '10,000', '20,000', '50,000', '100,000'],
    rows,
  );
}
