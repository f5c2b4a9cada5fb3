import { computeCost, prices } from '../prices.ts';

describe('computeCost', () => {
  it('applies the price of a step only to the amount above the step before', () => {
    expect(computeCost('gatewayMessage', 1_000_000)).toBeCloseTo(1, 9);
    expect(computeCost('gatewayMessage', 1_500_000_000)).toBeCloseTo(1_000 + 400, 6);
    expect(computeCost('logs', 60_000)).toBeCloseTo(5_000 + 5_000 + 2_000 + 500, 6);
  });
});

describe('prices', () => {
  it('link a page of AWS, and have ascending steps of which the last has no limit', () => {
    for (const { source, steps } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      const ends = steps.map(({ upTo }) => upTo);
      expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
      expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
    }
  });
});
