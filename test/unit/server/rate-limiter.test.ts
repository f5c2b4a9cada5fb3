import { createRateLimiter } from '../../../src/server/rate-limiter.ts';

const connectionId = 'aki=';
const rate = 10;
const burst = 300;

/** One connection, its row in the table, and the instances that limit it. */
class FakeConnection {
  now = Date.UTC(2026, 10, 22);
  /** The attribute of the row. Undefined if the table does not have the connection. */
  paidAt: number | undefined = 0;
  writes = 0;
  readonly deleted: string[] = [];
  readonly #instances: ReturnType<typeof createRateLimiter>[];

  constructor(instances = 1) {
    this.#instances = Array.from({ length: instances }, () =>
      createRateLimiter({
        rate,
        burst,
        now: () => this.now,
        connections: { charge: async (_id, ms) => this.#charge(ms) },
        deleteConnection: async (id) => void this.deleted.push(id),
      }),
    );
  }

  #charge(ms: number): number | undefined {
    if (this.paidAt === undefined) return undefined;
    this.writes += 1;
    this.paidAt = Math.max(this.paidAt, this.now) + ms;
    return this.paidAt;
  }

  /** Sends a request to an instance. Returns `retryAfterMs`, or 0 if it was accepted. */
  async request(instance = 0): Promise<number> {
    const rateLimiter = this.#instances[instance % this.#instances.length];
    try {
      await rateLimiter?.consume(connectionId);
      return 0;
    } catch (thrown) {
      const { code, fields } = thrown as { code: string; fields: { retryAfterMs: number } };
      expect(code).toBe('rate_limited');
      return fields.retryAfterMs;
    }
  }

  /** Sends requests to the instances in turn. Returns the number of accepted ones. */
  async requestTimes(count: number, intervalMs = 0): Promise<number> {
    let accepted = 0;
    for (let index = 0; index < count; index += 1) {
      if ((await this.request(index)) === 0) accepted += 1;
      this.now += intervalMs;
    }
    return accepted;
  }
}

describe('createRateLimiter', () => {
  it('accepts the burst at once, and rejects the next request', async () => {
    const connection = new FakeConnection();
    expect(await connection.requestTimes(burst)).toBe(burst);
    expect(await connection.request()).toBeGreaterThan(0);
  });

  it('accepts requests at the rate without end', async () => {
    const connection = new FakeConnection();
    await connection.requestTimes(burst);
    connection.now += 2_000;
    expect(await connection.requestTimes(500, 1000 / rate)).toBe(500);
  });

  it('accepts a request after retryAfterMs', async () => {
    const connection = new FakeConnection();
    await connection.requestTimes(burst);
    for (let round = 0; round < 20; round += 1) {
      connection.now += await connection.request();
      expect(await connection.request()).toBe(0);
    }
    expect(connection.deleted).toEqual([]);
  });

  it('accepts a whole burst again after a while', async () => {
    const connection = new FakeConnection();
    await connection.requestTimes(burst);
    connection.now += (burst / rate) * 1_000;
    expect(await connection.requestTimes(burst)).toBeGreaterThanOrEqual(burst * 0.95);
    connection.now += 60_000;
    expect(await connection.requestTimes(burst)).toBe(burst);
  });

  it('disconnects a connection once that sends twice the burst', async () => {
    const connection = new FakeConnection();
    await connection.requestTimes(2 * burst);
    expect(connection.deleted).toEqual([]);
    await connection.requestTimes(burst);
    expect(connection.deleted).toEqual([connectionId]);
  });

  it('limits a connection that the table does not have', async () => {
    const connection = new FakeConnection();
    connection.paidAt = undefined;
    expect(await connection.requestTimes(2 * burst + 1)).toBe(burst);
    expect(connection.deleted).toEqual([connectionId]);
  });

  it.each([2, 20])('shares the counts of %p instances', async (instances) => {
    const accepted = await new FakeConnection(instances).requestTimes(3 * burst);
    expect(accepted).toBeGreaterThanOrEqual(burst * 0.95);
    expect(accepted).toBeLessThanOrEqual(burst * (1 + instances / 20));
  });

  it.each([1, 2, 20])(
    'limits the sustained rate with %p instances as documented',
    async (instances) => {
      const connection = new FakeConnection(instances);
      const maxRate = rate * (1 + instances / 20);
      const tenMinutes = Math.round(600 * maxRate * 1.1);
      expect(await connection.requestTimes(tenMinutes, 1000 / maxRate / 1.1)).toBeLessThan(
        tenMinutes,
      );
    },
  );
});

describe('createRateLimiter, on the table', () => {
  it.each([
    ['nothing for a request every two seconds, for an hour', 2_000, 1_800, 0],
    ['nothing for fifteen requests a minute', 4_000, 900, 0],
    ['less than once in fifteen requests, for five requests a second', 200, 3_000, 200],
    ['less than once in fifteen requests, for requests without a pause', 0, 600, 40],
  ])('writes %s', async (_case, intervalMs, count, maxWrites) => {
    const connection = new FakeConnection();
    await connection.requestTimes(count, intervalMs);
    expect(connection.writes).toBeLessThanOrEqual(maxWrites);
  });
});

describe('createRateLimiter, in memory', () => {
  it('[SEC-034] forgets the oldest connections when there are too many', async () => {
    const charged: string[] = [];
    const rateLimiter = createRateLimiter({
      rate,
      burst,
      now: () => 0,
      deleteConnection: async () => {},
      connections: {
        charge: async (id) => {
          charged.push(id);
          return undefined;
        },
      },
    });
    const requestTimes = async (id: string, count: number) => {
      for (let index = 0; index < count; index += 1) await rateLimiter.consume(id);
    };
    const requestFromOthers = async (count: number) => {
      for (let index = 0; index < count; index += 1) await rateLimiter.consume(`other ${index}`);
    };
    await requestTimes('first', 15);
    await requestFromOthers(9_999);
    await requestTimes('first', 1);
    expect(charged).toEqual(['first']);
    await requestTimes('second', 15);
    await requestFromOthers(10_000);
    await requestTimes('second', 1);
    expect(charged).toEqual(['first']);
  });
});
