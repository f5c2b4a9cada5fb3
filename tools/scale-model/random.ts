/** Numbers from 0 to 1, the same ones for the same seed (the generator is known as mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A time that is now and then much longer: its logarithm is normally distributed. */
export interface Latency {
  readonly medianMs: number;
  /** How wide it spreads: 0 is always the median; at 0.5 one in a hundred takes 3.2 times as long. */
  readonly sigma: number;
}

/** Draws one such time: milliseconds. */
export function sampleLatency({ medianMs, sigma }: Latency, random: () => number): number {
  if (sigma === 0) return medianMs;
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random()));
}

/** The value that this share of them does not exceed, by the nearest rank; 0 where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
