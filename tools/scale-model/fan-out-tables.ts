import type { FanOut } from './fan-out.ts';
import { percent, plain, seconds, table } from './markdown.ts';
import { quotas } from './prices.ts';
import { fanOut } from './scenarios.ts';
import { type Spread, spread } from './simulation.ts';

/** Enough plays for the time they take: the larger the room, the less they differ. */
const playsOf = (recipients: number) =>
  Math.min(100, Math.max(5, Math.floor(100_000 / recipients)));

const chunkSizes = [100, 250, 500, 1_000, 2_000];
const roomSizes = [10, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** Every fan-out that the tables and the chart show. */
export interface FanOuts {
  /** By recipients, then by chunk size. */
  readonly grid: ReadonlyMap<number, ReadonlyMap<number, Spread>>;
  /** Rooms that the sender's invocation serves whole. */
  readonly alone: ReadonlyMap<number, Spread>;
  /** Other ways to retry, at 500 a chunk, by name and recipients. */
  readonly otherwise: ReadonlyMap<string, ReadonlyMap<number, Spread>>;
}

/** Plays them all: it takes about a minute. */
export function playAll(postCpuMs: number): FanOuts {
  const base = fanOut(postCpuMs);
  const play = (recipients: number, change: Partial<FanOut> = {}) =>
    spread({ ...base, ...change, recipients }, playsOf(recipients));
  const each = <K>(keys: readonly K[], of: (key: K) => Spread) =>
    new Map(keys.map((key) => [key, of(key)]));
  const persistent = { tries: 100, baseMs: 100, capMs: 1_600, budgetMs: 25_000 };
  const ways: Record<string, Partial<FanOut>> = {
    'as it is: 64 at once, 5 tries in 3 s': {},
    '16 at once': { inFlight: 16 },
    'tries for 25 s': { retry: persistent },
    'tries for 25 s, 1,000 a chunk': { retry: persistent, chunkSize: 1_000 },
    'no quota in the way': { throttle: { perSecond: 1e9, burst: 1e9 } },
  };
  return {
    grid: new Map(
      roomSizes.map((recipients) => [
        recipients,
        each(chunkSizes, (chunkSize) => play(recipients, { chunkSize })),
      ]),
    ),
    alone: each([10, 100, 250, 500, 1_000, 2_000], (recipients) =>
      play(recipients, { threshold: recipients }),
    ),
    otherwise: new Map(
      Object.entries(ways).map(([name, way]) => [
        name,
        each([10_000, 20_000, 50_000, 100_000], (recipients) => play(recipients, way)),
      ]),
    ),
  };
}

/** Time to the last recipient by room and chunk size, in seconds, and who never got it. */
export function lastRecipient({ grid }: FanOuts): string {
  const cell = ({ medianMs, p99Ms, givenUpShare }: Spread) => {
    const lost = givenUpShare > lostAnyway ? `, ${percent(givenUpShare)} lost` : '';
    return `${seconds(medianMs)} (${seconds(p99Ms)})${lost}`;
  };
  const large = [...grid].filter(([recipients]) => recipients > 500);
  const rows = large.map(([recipients, bySize]) => [
    plain(recipients),
    ...[...bySize.values()].map(cell),
    seconds(leastMs(recipients)),
  ]);
  const headings = chunkSizes.map((size) => `${plain(size)} a chunk`);
  return table(['recipients', ...headings, 'the quota alone'], rows);
}

/** One in a thousand recipients is assumed to be slow; what is lost for it is not the fan-out's doing. */
const lostAnyway = 0.0015;

/** What the account's bucket lets through no sooner: milliseconds. */
export const leastMs = (recipients: number) =>
  (Math.max(0, recipients - quotas.gatewayBurst) / quotas.gatewayPerSecond) * 1_000;

/** What it means for the ack where the sender's invocation delivers to all. */
export function alone({ alone: bySize }: FanOuts): string {
  const rows = [...bySize].map(([recipients, { ackMs, ackP99Ms, medianMs, billedMs }]) => [
    plain(recipients),
    `${seconds(ackMs)} (${seconds(ackP99Ms)})`,
    seconds(medianMs),
    seconds(billedMs),
  ]);
  return table(['recipients', 'ack after', 'last recipient after', 'billed, on average'], rows);
}

/** Other ways to retry. */
export function otherwise({ otherwise: ways }: FanOuts): string {
  const rows = [...ways].flatMap(([name, byRoom]) => [
    [
      name,
      ...[...byRoom.values()].map(
        ({ medianMs, givenUpShare, billedMs }) =>
          `${seconds(medianMs)} s, ${percent(givenUpShare)}, ${plain(billedMs / 1_000)} s`,
      ),
    ],
  ]);
  return table(['last recipient, given up, billed', '10,000', '20,000', '50,000', '100,000'], rows);
}
