import { quantile, sampleLatency, seeded } from '../random.ts';

describe('sampleLatency', () => {
  it('draws times with the given median and spread', () => {
    const random = seeded(1);
    const times = Array.from({ length: 20_000 }, () =>
      sampleLatency({ medianMs: 15, sigma: 0.5 }, random),
    );
    expect(quantile(times, 0.5)).toBeCloseTo(15, 0);
    // The 99th percentile of a normal distribution is at 2.326.
    expect(quantile(times, 0.99) / (15 * Math.exp(0.5 * 2.326))).toBeCloseTo(1, 1);
  });
});

describe('quantile', () => {
  it('returns the value of the nearest rank', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([], 0.5)).toBe(0);
  });
});
