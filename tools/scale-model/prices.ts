/** A price that falls with use: each step's dollars for one unit, up to so many units a month. */
export interface Price {
  /** Cheapest last; the last step has no end. */
  readonly steps: readonly { readonly upTo: number; readonly usd: number }[];
  readonly unit: string;
  /** So many units the price list gives the price of. */
  readonly per: 1 | 1_000_000;
  /** AWS's own page for it. */
  readonly source: string;
  /**
   * `list`: in a copy of AWS's own page or price list. `second hand`: AWS's page shows it only by
   * script, and several independent accounts agree on it.
   */
  readonly seen: 'list' | 'second hand';
}

const million = 1e6;
const billion = 1e9;
const tera = 1e3;
const flat = (usd: number) => [{ upTo: Number.POSITIVE_INFINITY, usd }];

/**
 * The public price list of us-east-1 on 2026-11-22, as far as a chat needs it. No free tier, no
 * discount plan, no tax.
 */
export const prices = {
  /** Every 32 KB of a frame that a client sends or receives. */
  gatewayMessage: {
    steps: [
      { upTo: billion, usd: 1 / million },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.8 / million },
    ],
    unit: 'message of up to 32 KB',
    per: 1_000_000,
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    seen: 'list',
  },
  gatewayMinute: {
    steps: flat(0.25 / million),
    unit: 'connection minute',
    per: 1_000_000,
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    seen: 'list',
  },
  tableRead: {
    steps: flat(0.125 / million),
    unit: 'read unit',
    per: 1_000_000,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    seen: 'second hand',
  },
  tableWrite: {
    steps: flat(0.625 / million),
    unit: 'write unit',
    per: 1_000_000,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    seen: 'second hand',
  },
  tableStorage: {
    steps: flat(0.25),
    unit: 'GB-month',
    per: 1,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    seen: 'list',
  },
  lambdaRequest: {
    steps: flat(0.2 / million),
    unit: 'invocation',
    per: 1_000_000,
    source: 'https://aws.amazon.com/lambda/pricing/',
    seen: 'list',
  },
  /** On arm64; the steps down are 10 and 20 %. */
  lambdaTime: {
    steps: [
      { upTo: 7.5 * billion, usd: 0.0000133334 },
      { upTo: 18.75 * billion, usd: 0.0000120001 },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.0000106667 },
    ],
    unit: 'GB-second',
    per: 1_000_000,
    source: 'https://aws.amazon.com/lambda/pricing/',
    seen: 'second hand',
  },
  /** What a Lambda writes; the first step is also what other logs cost. */
  logs: {
    steps: [
      { upTo: 10 * tera, usd: 0.5 },
      { upTo: 30 * tera, usd: 0.25 },
      { upTo: 50 * tera, usd: 0.1 },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.05 },
    ],
    unit: 'GB ingested',
    per: 1,
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    seen: 'second hand',
  },
  /** From the region to the internet. */
  transfer: {
    steps: [
      { upTo: 10 * tera, usd: 0.09 },
      { upTo: 50 * tera, usd: 0.085 },
      { upTo: 150 * tera, usd: 0.07 },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.05 },
    ],
    unit: 'GB out',
    per: 1,
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
    seen: 'second hand',
  },
} satisfies Record<string, Price>;

/** What is billed for. */
export type Item = keyof typeof prices;

/** What so much of one thing costs in a month: dollars. */
export function computeCost(item: Item, amount: number): number {
  let from = 0;
  let usd = 0;
  for (const step of prices[item].steps) {
    usd += Math.max(0, Math.min(amount, step.upTo) - from) * step.usd;
    from = step.upTo;
  }
  return usd;
}

/** What AWS admits by default in one account and region; `scale.md` links to where it says so. */
export const quotas = {
  /** Requests and @connections calls together; the bucket lets as many through at once. */
  gatewayPerSecond: 10_000,
  gatewayBurst: 5_000,
  connectsPerSecond: 500,
  lambdaConcurrency: 1_000,
  /** One partition; a room's counter is in one, and is what its log waits for. */
  partitionWritesPerSecond: 1_000,
  partitionReadsPerSecond: 3_000,
  /** One table on demand, once it has grown to it. */
  tableUnitsPerSecond: 40_000,
} as const;
