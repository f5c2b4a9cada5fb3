import type { FanOut } from '../fan-out.ts';
import { quantile, sampleLatency, seeded } from '../random.ts';
import { simulate, summarize } from '../simulation.ts';
import { Timeline } from '../timeline.ts';

/** A world where everything takes the same time each time, and nothing but waiting takes any. */
const idleFanOut: FanOut = {
  recipients: 1,
  threshold: 500,
  ackWaitMs: 1_000,
  chunkSize: 500,
  inFlight: 64,
  postCpuMs: 0,
  post: { medianMs: 10, sigma: 0 },
  slowShare: 0,
  retry: { tries: 5, baseMs: 100, capMs: Number.POSITIVE_INFINITY, budgetMs: 3_000 },
  throttle: { perSecond: 1e9, burst: 1e9 },
  read: { pageSize: 1_000, pageMs: 0, rowMs: 0 },
  lambda: {
    atOnce: 16,
    accept: { medianMs: 20, sigma: 0 },
    queue: { medianMs: 30, sigma: 0 },
    warm: 1_000,
    cold: { medianMs: 400, sigma: 0 },
    limit: 1_000,
  },
};

const run = (change: Partial<FanOut>, seed?: number) =>
  simulate({ ...idleFanOut, ...change }, seed);
const changeLambda = (change: Partial<FanOut['lambda']>) => ({ ...idleFanOut.lambda, ...change });

describe('a fan-out by hand', () => {
  it('takes no time with nobody to deliver to', () => {
    expect(run({ recipients: 0 })).toMatchObject({ lastMs: 0, ackMs: 0, delivered: 0 });
  });

  it('takes as many rounds as there are times 64 recipients', () => {
    expect(run({ recipients: 64 }).lastMs).toBe(10);
    expect(run({ recipients: 65 }).lastMs).toBe(20);
    const outcome = run({ recipients: 129 });
    expect(outcome).toEqual({
      lastMs: 30,
      ackMs: 30,
      delivered: 129,
      givenUp: 0,
      throttled: 0,
      invocations: 1,
      billedMs: 30,
    });
  });

  it('does the work of all deliveries on one thread', () => {
    // The hundredth is sent after 100 ms and answered 10 later.
    expect(run({ recipients: 100, inFlight: 100, postCpuMs: 1 }).lastMs).toBe(110);
  });

  it('reads the members first', () => {
    const read = { pageSize: 1_000, pageMs: 5, rowMs: 0.5 };
    expect(run({ recipients: 10, read }).lastMs).toBe(5 + 10 * 0.5 + 10);
  });

  it('goes to further invocations above the threshold, and acks when they are accepted', () => {
    const alone = run({ recipients: 500 });
    expect(alone).toMatchObject({ invocations: 1, ackMs: 80, lastMs: 80 });
    // Accepted at 20, running at 50; 500 take eight rounds and the last one takes one.
    expect(run({ recipients: 1_001 })).toMatchObject({
      invocations: 4,
      ackMs: 20,
      lastMs: 130,
      billedMs: 20 + 80 + 80 + 10,
    });
  });

  it('hands over what it has read while it reads on', () => {
    const read = { pageSize: 1_000, pageMs: 5, rowMs: 0.01 };
    // Two pages of 15 ms; the chunks of the second are accepted at 50 and run at 80.
    const outcome = run({ recipients: 2_000, read });
    expect(outcome).toMatchObject({ invocations: 5, ackMs: 50, lastMs: 160 });
  });

  it('hands over so many chunks at once', () => {
    expect(run({ recipients: 2_000, lambda: changeLambda({ atOnce: 1 }) }).ackMs).toBe(80);
    expect(run({ recipients: 2_000, lambda: changeLambda({ atOnce: 2 }) }).ackMs).toBe(40);
  });

  it('starts cold where no environment is warm', () => {
    expect(run({ recipients: 1_000, lambda: changeLambda({ warm: 2 }) }).lastMs).toBe(130);
    expect(run({ recipients: 1_000, lambda: changeLambda({ warm: 1 }) }).lastMs).toBe(530);
  });

  it('waits for room in Lambda, and uses an environment again', () => {
    const outcome = run({ recipients: 1_000, lambda: changeLambda({ limit: 1, warm: 1 }) });
    expect(outcome.lastMs).toBe(50 + 80 + 80);
  });

  it('leaves a slow recipient to a further invocation, which gives it up', () => {
    expect(run({ recipients: 1, slowShare: 1 })).toEqual({
      lastMs: 0,
      ackMs: 1_020,
      delivered: 0,
      givenUp: 1,
      throttled: 0,
      invocations: 2,
      billedMs: 1_020 + 3_000,
    });
  });

  it('leaves those to a further invocation whom its patience did not reach', () => {
    const outcome = run({ recipients: 65, ackWaitMs: 15 });
    expect(outcome).toMatchObject({ delivered: 65, ackMs: 35, invocations: 2, lastMs: 75 });
  });

  it('gives up at once whom the gateway refuses, where it may try only once', () => {
    const throttle = { perSecond: 0, burst: 10 };
    const retry = { ...idleFanOut.retry, tries: 1 };
    const outcome = run({ recipients: 20, throttle, retry });
    expect(outcome).toMatchObject({ delivered: 10, givenUp: 10, throttled: 10, lastMs: 10 });
  });

  it('finds no more in the bucket after a long rest than it holds', () => {
    const throttle = { perSecond: 1_000, burst: 10 };
    const retry = { ...idleFanOut.retry, tries: 1 };
    const read = { pageSize: 1_000, pageMs: 60_000, rowMs: 0 };
    expect(run({ recipients: 20, throttle, retry, read }).delivered).toBe(10);
  });

  it('gives up as soon as a pause would outlast the time for one recipient', () => {
    const retry = { tries: 5, baseMs: 1e9, capMs: 1e9, budgetMs: 50 };
    const outcome = run({ recipients: 1, throttle: { perSecond: 0, burst: 0 }, retry });
    expect(outcome).toMatchObject({ givenUp: 1, ackMs: 10 });
  });

  it('hears of a refusal at once, of a slow recipient never', () => {
    const throttle = { perSecond: 0, burst: 0 };
    const retry = { ...idleFanOut.retry, tries: 1 };
    expect(run({ recipients: 1, slowShare: 1, throttle, retry }).ackMs).toBe(10);
  });

  it('tries again whom the gateway refuses, no faster than its bucket fills', () => {
    const outcome = run({ recipients: 60, throttle: { perSecond: 100, burst: 10 } });
    expect(outcome.delivered + outcome.givenUp).toBe(60);
    expect(outcome.throttled).toBeGreaterThanOrEqual(50);
    expect(outcome.lastMs).toBeGreaterThanOrEqual((1_000 * (outcome.delivered - 10)) / 100);
  });
});

describe('any fan-out', () => {
  const random = seeded(7);
  const among = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const worlds = Array.from({ length: 60 }, (): FanOut => {
    const burst = among([1, 100, 5_000]);
    return {
      ...idleFanOut,
      recipients: Math.floor(random() * 3_000),
      chunkSize: among([50, 500, 2_000]),
      inFlight: among([1, 16, 64]),
      postCpuMs: among([0, 0.4]),
      post: { medianMs: 15, sigma: among([0, 0.5, 1]) },
      slowShare: among([0, 0.01, 0.5]),
      throttle: { burst, perSecond: among([500, 10_000]) },
      read: { pageSize: 1_000, pageMs: 5, rowMs: 0.02 },
      lambda: changeLambda({
        warm: among([0, 3]),
        limit: among([1, 10]),
        queue: { medianMs: 20, sigma: 1 },
      }),
    };
  });

  it('delivers to each recipient or gives it up', () => {
    for (const world of worlds) {
      const { delivered, givenUp } = simulate(world);
      expect(delivered + givenUp).toBe(world.recipients);
    }
  });

  it('is never faster than the account allows', () => {
    for (const world of worlds) {
      const { delivered, lastMs } = simulate(world);
      const { burst, perSecond } = world.throttle;
      expect(lastMs + 1e-6).toBeGreaterThanOrEqual(((delivered - burst) / perSecond) * 1_000);
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const world = { ...idleFanOut, recipients: 700, post: { medianMs: 15, sigma: 0.5 } };
    expect(simulate(world, 3)).toEqual(simulate(world, 3));
    expect(simulate(world, 3).lastMs).not.toBe(simulate(world, 4).lastMs);
  });

  it('is told of by the median and the ninety-ninth of a hundred plays', () => {
    const world = { ...idleFanOut, recipients: 100, post: { medianMs: 15, sigma: 0.5 } };
    const times = Array.from({ length: 100 }, (_, seed) => simulate(world, seed + 1).lastMs);
    const sorted = times.toSorted((a, b) => a - b);
    expect(summarize(world, 100)).toMatchObject({ medianMs: sorted[49], p99Ms: sorted[98] });
  });
});

describe('what a simulation is made of', () => {
  it('runs events in the order of their time, and those of one instant as they were given', () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    const times = [5, 1, 3, 1, 9, 3, 0];
    for (const [index, time] of times.entries())
      timeline.at(time, () => seen.push(`${timeline.now}:${index}`));
    timeline.at(4, () => timeline.at(2, () => seen.push(`late at ${timeline.now}`)));
    timeline.run();
    expect(seen).toEqual(['0:6', '1:1', '1:3', '3:2', '3:5', 'late at 4', '5:0', '9:4']);
  });

  it('draws times with the median and the spread that were asked for', () => {
    const random = seeded(1);
    const times = Array.from({ length: 20_000 }, () =>
      sampleLatency({ medianMs: 15, sigma: 0.5 }, random),
    );
    expect(quantile(times, 0.5)).toBeCloseTo(15, 0);
    // The ninety-ninth percentile of a normal distribution is at 2.326.
    expect(quantile(times, 0.99) / (15 * Math.exp(0.5 * 2.326))).toBeCloseTo(1, 1);
  });

  it('takes the nearest rank for a quantile', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([], 0.5)).toBe(0);
  });
});
