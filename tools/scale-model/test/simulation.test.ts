import type { FanOut } from '../fan-out.ts';
import { simulate } from '../simulation.ts';
import { changeLambda, idleFanOut } from './idle-fan-out.ts';

const run = (change: Partial<FanOut>) => simulate({ ...idleFanOut, ...change });

describe('simulate', () => {
  it('takes no time without recipients', () => {
    expect(run({ recipients: 0 })).toMatchObject({ lastMs: 0, ackMs: 0, delivered: 0 });
  });

  it('takes one round of deliveries for each 64 recipients', () => {
    expect(run({ recipients: 64 }).lastMs).toBe(10);
    expect(run({ recipients: 65 }).lastMs).toBe(20);
    const outcome = run({ recipients: 129 });
    expect(outcome).toEqual({
      lastMs: 30,
      ackMs: 30,
      delivered: 129,
      failed: 0,
      throttled: 0,
      invocations: 1,
      billedMs: 30,
    });
  });

  it('uses one thread for the CPU work of all deliveries', () => {
    // The last request is sent after 100 ms, and gets its response 10 ms later.
    expect(run({ recipients: 100, concurrency: 100, postCpuMs: 1 }).lastMs).toBe(110);
  });

  it('reads the members before the first delivery', () => {
    const read = { pageSize: 1_000, pageMs: 5, rowMs: 0.5 };
    expect(run({ recipients: 10, read }).lastMs).toBe(5 + 10 * 0.5 + 10);
  });

  it('enqueues chunks above the threshold, and acks when they are accepted', () => {
    expect(run({ recipients: 500 })).toMatchObject({ invocations: 1, ackMs: 80, lastMs: 80 });
    // The chunks are accepted at 20 ms and run at 50 ms. 500 recipients take eight rounds.
    expect(run({ recipients: 1_001 })).toMatchObject({
      invocations: 4,
      ackMs: 20,
      lastMs: 130,
      billedMs: 20 + 80 + 80 + 10,
    });
  });

  it('enqueues the chunks of one page before it reads the next', () => {
    const read = { pageSize: 1_000, pageMs: 5, rowMs: 0.01 };
    // Each page takes 15 ms. The chunks of the second are accepted at 50 ms and run at 80 ms.
    const outcome = run({ recipients: 2_000, read });
    expect(outcome).toMatchObject({ invocations: 5, ackMs: 50, lastMs: 160 });
  });

  it('enqueues no more chunks concurrently than allowed', () => {
    expect(run({ recipients: 2_000, lambda: changeLambda({ enqueueConcurrency: 1 }) }).ackMs).toBe(
      80,
    );
    expect(run({ recipients: 2_000, lambda: changeLambda({ enqueueConcurrency: 2 }) }).ackMs).toBe(
      40,
    );
  });

  it('adds a cold start if no environment is warm', () => {
    expect(run({ recipients: 1_000, lambda: changeLambda({ warm: 2 }) }).lastMs).toBe(130);
    expect(run({ recipients: 1_000, lambda: changeLambda({ warm: 1 }) }).lastMs).toBe(530);
  });

  it('waits for a free slot of Lambda, and reuses its environment', () => {
    const outcome = run({ recipients: 1_000, lambda: changeLambda({ limit: 1, warm: 1 }) });
    expect(outcome.lastMs).toBe(50 + 80 + 80);
  });

  it('leaves a slow recipient to a further invocation, where the delivery fails', () => {
    expect(run({ recipients: 1, slowShare: 1 })).toEqual({
      lastMs: 0,
      ackMs: 1_020,
      delivered: 0,
      failed: 1,
      throttled: 0,
      invocations: 2,
      billedMs: 1_020 + 3_000,
    });
  });

  it('leaves recipients that it has not reached after `ackWaitMs` to a further invocation', () => {
    const outcome = run({ recipients: 65, ackWaitMs: 15 });
    expect(outcome).toMatchObject({ delivered: 65, ackMs: 35, invocations: 2, lastMs: 75 });
  });

  it('fails a throttled delivery at once if it allows only one attempt', () => {
    const throttle = { perSecond: 0, burst: 10 };
    const retry = { ...idleFanOut.retry, maxAttempts: 1 };
    const outcome = run({ recipients: 20, throttle, retry });
    expect(outcome).toMatchObject({ delivered: 10, failed: 10, throttled: 10, lastMs: 10 });
  });

  it('fills the token bucket no further than its burst', () => {
    const throttle = { perSecond: 1_000, burst: 10 };
    const retry = { ...idleFanOut.retry, maxAttempts: 1 };
    const read = { pageSize: 1_000, pageMs: 60_000, rowMs: 0 };
    expect(run({ recipients: 20, throttle, retry, read }).delivered).toBe(10);
  });

  it('fails a delivery as soon as a pause would exceed its time budget', () => {
    const retry = { maxAttempts: 5, baseMs: 1e9, capMs: 1e9, budgetMs: 50 };
    const outcome = run({ recipients: 1, throttle: { perSecond: 0, burst: 0 }, retry });
    expect(outcome).toMatchObject({ failed: 1, ackMs: 10 });
  });

  it('gets a rejection at once, also for a slow recipient', () => {
    const throttle = { perSecond: 0, burst: 0 };
    const retry = { ...idleFanOut.retry, maxAttempts: 1 };
    expect(run({ recipients: 1, slowShare: 1, throttle, retry }).ackMs).toBe(10);
  });

  it('retries throttled deliveries no faster than the token bucket fills', () => {
    const outcome = run({ recipients: 60, throttle: { perSecond: 100, burst: 10 } });
    expect(outcome.delivered + outcome.failed).toBe(60);
    expect(outcome.throttled).toBeGreaterThanOrEqual(50);
    expect(outcome.lastMs).toBeGreaterThanOrEqual((1_000 * (outcome.delivered - 10)) / 100);
  });
});
