/** A price that falls with the monthly amount. */
export interface Price {
  /** Dollars per unit of each step, up to a monthly amount. The last step has no limit. */
  readonly steps: readonly { readonly upTo: number; readonly usd: number }[];
  readonly unit: string;
  /** Number of units that the price list quotes. */
  readonly per: 1 | 1_000_000;
  /** Page of AWS. */
  readonly source: string;
  /**
   * Origin of the price. `list` means that a copy of AWS's page or price list shows it.
   *
   * `second hand` means that AWS's page shows it only by script. Several independent sources agree.
   */
  readonly seen: 'list' | 'second hand';
}

const million = 1e6;
const billion = 1e9;
const tera = 1e3;
const flat = (usd: number) => [{ upTo: Number.POSITIVE_INFINITY, usd }];

/**
 * The items of a chat in the public price list of us-east-1, on 2026-11-22.
 * Free tier, discounts and taxes are left out.
 */
export const prices = {
  /** Each started 32 KB of a frame that a client sends or receives. */
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
  /** On arm64. The steps save 10 and 20 %. */
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
  /** Logs of a function. The first step is also the price of other logs. */
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

/** A billed item. */
export type Item = keyof typeof prices;

/** Computes the dollars for a monthly amount of an item. */
export function computeCost(item: Item, amount: number): number {
  let from = 0;
  let usd = 0;
  for (const step of prices[item].steps) {
    usd += Math.max(0, Math.min(amount, step.upTo) - from) * step.usd;
    from = step.upTo;
  }
  return usd;
}

/** Default quotas of AWS for one account and region. `RESULTS.md` links the pages of AWS. */
export const quotas = {
  /** Requests and calls of `@connections` together, in a token bucket. */
  gatewayPerSecond: 10_000,
  gatewayBurst: 5_000,
  connectsPerSecond: 500,
  lambdaConcurrency: 1_000,
  /** Units of one partition. Each event of a room writes the room's counter, which is in one. */
  partitionWritesPerSecond: 1_000,
  partitionReadsPerSecond: 3_000,
  /** Units of one on-demand table, after it has grown. */
  tableUnitsPerSecond: 40_000,
} as const;
