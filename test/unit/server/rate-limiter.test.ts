import { createRateLimiter } from '../../../src/server/rate-limiter.ts';

const connectionId = 'aki=';
const rate = 10;
const burst = 300;

/** The table's row of one connection, and instances that count for it by one clock. */
class FakeRow {
  now = Date.UTC(2026, 10, 22);
  /** Not set where the table does not know the connection. */
  paidAt: number | undefined = 0;
  writes = 0;
  readonly hungUp: string[] = [];
  readonly #instances: ReturnType<typeof createRateLimiter>[];

  constructor(instances = 1) {
    this.#instances = Array.from({ length: instances }, () =>
      createRateLimiter({
        rate,
        burst,
        now: () => this.now,
        connections: { charge: async (_id, ms) => this.#charge(ms) },
        deleteConnection: async (id) => void this.hungUp.push(id),
      }),
    );
  }

  #charge(ms: number): number | undefined {
    if (this.paidAt === undefined) return undefined;
    this.writes += 1;
    this.paidAt = Math.max(this.paidAt, this.now) + ms;
    return this.paidAt;
  }

  /** Asks one of the instances; tells how long to wait. */
  async ask(instance = 0): Promise<number> {
    const throttle = this.#instances[instance % this.#instances.length];
    try {
      await throttle?.consume(connectionId);
      return 0;
    } catch (thrown) {
      const { code, fields } = thrown as { code: string; fields: { retryAfterMs: number } };
      expect(code).toBe('rate_limited');
      return fields.retryAfterMs;
    }
  }

  /** Asks so often, each instance in its turn, and tells how many were let through. */
  async askTimes(count: number, everyMs = 0): Promise<number> {
    let passed = 0;
    for (let time = 0; time < count; time += 1) {
      if ((await this.ask(time)) === 0) passed += 1;
      this.now += everyMs;
    }
    return passed;
  }
}

describe('a connection', () => {
  it('may ask as often at once as the burst says, and not once more', async () => {
    const row = new FakeRow();
    expect(await row.askTimes(burst)).toBe(burst);
    expect(await row.ask()).toBeGreaterThan(0);
  });

  it('may ask on and on by the rate', async () => {
    const row = new FakeRow();
    await row.askTimes(burst);
    row.now += 2_000;
    expect(await row.askTimes(500, 1000 / rate)).toBe(500);
  });

  it('is let through when it has waited as long as it was told to', async () => {
    const row = new FakeRow();
    await row.askTimes(burst);
    for (let time = 0; time < 20; time += 1) {
      row.now += await row.ask();
      expect(await row.ask()).toBe(0);
    }
    expect(row.hungUp).toEqual([]);
  });

  it('has its whole burst again after a while', async () => {
    const row = new FakeRow();
    await row.askTimes(burst);
    row.now += (burst / rate) * 1_000;
    expect(await row.askTimes(burst)).toBeGreaterThanOrEqual(burst * 0.95);
    row.now += 60_000;
    expect(await row.askTimes(burst)).toBe(burst);
  });

  it('is hung up on, once, when it asks twice as often in spite of being refused', async () => {
    const row = new FakeRow();
    await row.askTimes(2 * burst);
    expect(row.hungUp).toEqual([]);
    await row.askTimes(burst);
    expect(row.hungUp).toEqual([connectionId]);
  });

  it('that the table does not know is limited all the same', async () => {
    const row = new FakeRow();
    row.paidAt = undefined;
    expect(await row.askTimes(2 * burst + 1)).toBe(burst);
    expect(row.hungUp).toEqual([connectionId]);
  });

  it.each([2, 20])('is held by %p instances to what they all counted', async (instances) => {
    const passed = await new FakeRow(instances).askTimes(3 * burst);
    expect(passed).toBeGreaterThanOrEqual(burst * 0.95);
    expect(passed).toBeLessThanOrEqual(burst * (1 + instances / 20));
  });

  it.each([1, 2, 20])('gets by %p instances no more than is said, for ever', async (instances) => {
    const row = new FakeRow(instances);
    const most = rate * (1 + instances / 20);
    const tenMinutes = Math.round(600 * most * 1.1);
    expect(await row.askTimes(tenMinutes, 1000 / most / 1.1)).toBeLessThan(tenMinutes);
  });
});

describe('what the limit writes', () => {
  it.each([
    ['nothing of who asks every two seconds, for an hour', 2_000, 1_800, 0],
    ['nothing of who asks fifteen times a minute', 4_000, 900, 0],
    ['less than once in fifteen requests of who asks five times a second', 200, 3_000, 200],
    ['less than once in fifteen requests of who asks without end', 0, 600, 40],
  ])('is %s', async (_case, everyMs, count, most) => {
    const row = new FakeRow();
    await row.askTimes(count, everyMs);
    expect(row.writes).toBeLessThanOrEqual(most);
  });
});

describe('an instance', () => {
  it('forgets the connections that asked first when they are too many to be kept in mind', async () => {
    const told: string[] = [];
    const throttle = createRateLimiter({
      ...{ rate, burst, now: () => 0, deleteConnection: async () => {} },
      connections: { charge: async (id) => void told.push(id) as undefined },
    });
    const once = async (id: string) => throttle.consume(id);
    for (let time = 0; time < 15; time += 1) await once('first');
    for (let other = 0; other < 9_999; other += 1) await once(`other ${other}`);
    await once('first');
    expect(told).toEqual(['first']);
    for (let time = 0; time < 15; time += 1) await once('second');
    for (let other = 0; other < 10_000; other += 1) await once(`other ${other}`);
    await once('second');
    expect(told).toEqual(['first']);
  });
});
