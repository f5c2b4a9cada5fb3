import type { FanOut } from '../fan-out.ts';
import { seeded } from '../random.ts';
import { simulate, summarize } from '../simulation.ts';
import { changeLambda, idleFanOut } from './idle-fan-out.ts';

const random = seeded(7);
const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;

const fanOuts = Array.from({ length: 60 }, (): FanOut => {
  const burst = pick([1, 100, 5_000]);
  return {
    ...idleFanOut,
    recipients: Math.floor(random() * 3_000),
    chunkSize: pick([50, 500, 2_000]),
    concurrency: pick([1, 16, 64]),
    postCpuMs: pick([0, 0.4]),
    post: { medianMs: 15, sigma: pick([0, 0.5, 1]) },
    slowShare: pick([0, 0.01, 0.5]),
    throttle: { burst, perSecond: pick([500, 10_000]) },
    read: { pageSize: 1_000, pageMs: 5, rowMs: 0.02 },
    lambda: changeLambda({
      warm: pick([0, 3]),
      limit: pick([1, 10]),
      queue: { medianMs: 20, sigma: 1 },
    }),
  };
});

describe('simulate', () => {
  it('delivers to each recipient or counts the delivery as failed', () => {
    for (const fanOut of fanOuts) {
      const { delivered, failed } = simulate(fanOut);
      expect(delivered + failed).toBe(fanOut.recipients);
    }
  });

  it('never exceeds the rate of the account', () => {
    for (const fanOut of fanOuts) {
      const { delivered, lastMs } = simulate(fanOut);
      const { burst, perSecond } = fanOut.throttle;
      expect(lastMs + 1e-6).toBeGreaterThanOrEqual(((delivered - burst) / perSecond) * 1_000);
    }
  });

  it('gives the same result for the same seed, and another one for another seed', () => {
    const fanOut = { ...idleFanOut, recipients: 700, post: { medianMs: 15, sigma: 0.5 } };
    expect(simulate(fanOut, 3)).toEqual(simulate(fanOut, 3));
    expect(simulate(fanOut, 3).lastMs).not.toBe(simulate(fanOut, 4).lastMs);
  });
});

describe('summarize', () => {
  it('returns the median and the 99th percentile of a hundred runs', () => {
    const fanOut = { ...idleFanOut, recipients: 100, post: { medianMs: 15, sigma: 0.5 } };
    const times = Array.from({ length: 100 }, (_, seed) => simulate(fanOut, seed + 1).lastMs);
    const sorted = times.toSorted((a, b) => a - b);
    expect(summarize(fanOut, 100)).toMatchObject({ medianMs: sorted[49], p99Ms: sorted[98] });
  });
});
