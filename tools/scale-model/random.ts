/** Creates a generator of numbers from 0 to 1 (mulberry32). The same seed gives the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A log-normal distribution of times: some are much longer than the median. */
export interface Latency {
  readonly medianMs: number;
  /** Spread. 0 always gives the median. At 0.5, one time in a hundred is 3.2 times the median. */
  readonly sigma: number;
}

/** Returns a random time in milliseconds. */
export function sampleLatency({ medianMs, sigma }: Latency, random: () => number): number {
  if (sigma === 0) return medianMs;
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random()));
}

/** Returns the value that this share of the values does not exceed (nearest rank). 0 if there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
