import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { recordBroadcast } from '../../../src/server/observability/delivery-metrics.ts';
import { withInvocationLog } from '../../../src/server/observability/invocation-log.ts';
import { CapacityMeter } from '../../../test/helpers/capacity-meter.ts';
import { openTestTable } from '../../../test/helpers/database.ts';
import { createGatewayEvent, TestServer } from '../../../test/helpers/test-server.ts';
import { assumed, configured } from '../assumptions.ts';
import {
  createEquivalentDesign,
  createKaiwaDesign,
  createTutorialDesign,
  getDeliveryMs,
  getRoomLimits,
  getRoomReadUnits,
} from '../designs.ts';
import { createUnitLookup, type Measured } from '../figures.ts';
import {
  computeBill,
  type Design,
  getMaxUsers,
  getPeakLoad,
  getTotalUsd,
  type Habits,
  limits,
  type Quota,
} from '../model.ts';
import { computeCost, prices } from '../prices.ts';
import { busy, messagesOnly } from '../scenarios.ts';

const measured: Measured = {
  post: { ours: 0.25, sdk: 0.9 },
  own: { ours: 8, tutorial: 6 },
  scannedRow: 0.005,
};

/** Somebody who is online all day and does nothing. */
const idle: Habits = {
  hoursOnline: 24,
  messages: 0,
  typings: 0,
  reads: 0,
  amendments: 0,
  pages: 0,
  pings: 0,
  sessions: 0,
  reconnects: 0,
  rooms: 1,
  roomSize: 2,
  peak: 1,
};
const kaiwaDesign = createKaiwaDesign(measured, createUnitLookup());
const designs: Record<string, Design> = {
  ours: kaiwaDesign,
  same: createEquivalentDesign(measured),
  written: createTutorialDesign(measured),
};

describe('a price', () => {
  it('falls only for what is above a step', () => {
    expect(computeCost('gatewayMessage', 1_000_000)).toBeCloseTo(1, 9);
    expect(computeCost('gatewayMessage', 1_500_000_000)).toBeCloseTo(1_000 + 400, 6);
    expect(computeCost('logs', 60_000)).toBeCloseTo(5_000 + 5_000 + 2_000 + 500, 6);
  });

  it('has a page of AWS that it is from, and steps that end nowhere', () => {
    for (const { source, steps } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      const ends = steps.map(({ upTo }) => upTo);
      expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
      expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

describe('a month by hand', () => {
  it('of one idle user is 43,200 connection minutes', () => {
    const { gatewayMinute, ...others } = computeBill(kaiwaDesign, idle, 1);
    expect(gatewayMinute).toBeCloseTo(43_200 * 0.25e-6, 12);
    expect(Object.values(others).every((usd) => usd === 0)).toBe(true);
  });

  it('of one message a day to one other is three frames, two reads and three writes a day', () => {
    const month = computeBill(kaiwaDesign, { ...idle, messages: 1 }, 1);
    // The message, its ack, and the delivery.
    expect(month.gatewayMessage).toBeCloseTo(30 * 3 * 1e-6, 12);
    expect(month.tableRead).toBeCloseTo(30 * 2 * 0.125e-6, 12);
    expect(month.tableWrite).toBeCloseTo(30 * 3 * 0.625e-6, 12);
    expect(month.lambdaRequest).toBeCloseTo(30 * 0.2e-6, 12);
    expect(month.transfer).toBeCloseTo(30 * (300 + 150) * 1e-9 * 0.09, 12);
    expect(month.logs).toBeCloseTo(30 * (400 + 460) * 1e-9 * 0.5, 12);
  });

  it('has a message to 1,000 others go through three invocations', () => {
    const { invocations, pushes } = kaiwaDesign({ ...idle, messages: 1, roomSize: 1_001 }, 1, 1);
    expect({ invocations, pushes }).toEqual({ invocations: 3, pushes: 1_000 });
  });

  it('tells rooms of who comes and goes, but not rooms of more than a hundred', () => {
    const coming = { ...idle, sessions: 1, rooms: 2 };
    expect(kaiwaDesign({ ...coming, roomSize: 100 }, 1, 1).pushes).toBe(2 * 2 * 99);
    expect(kaiwaDesign({ ...coming, roomSize: 101 }, 1, 1).pushes).toBe(0);
  });

  it('bills an invocation for the longer of waiting and working', () => {
    expect(getDeliveryMs(65, 0)).toBe(2 * assumed.postMs);
    expect(getDeliveryMs(64, 10)).toBeCloseTo(640 / assumed.cores, 9);
  });
});

describe('the designs', () => {
  it('make the same deliveries, where they are compared by them', () => {
    for (const habits of [busy, messagesOnly, { ...busy, roomSize: 400 }]) {
      const [mine, theirs] = [kaiwaDesign, createEquivalentDesign(measured)].map((of) =>
        of(habits, 50, 12),
      );
      expect(theirs?.pushes).toBe(mine?.pushes);
    }
  });

  it('cost in proportion to the users in ours, to their square in the tutorial as written', () => {
    const growth = (design: Design) =>
      getTotalUsd(computeBill(design, messagesOnly, 40_000)) /
      getTotalUsd(computeBill(design, messagesOnly, 20_000));
    expect(growth(kaiwaDesign)).toBeCloseTo(2, 9);
    expect(growth(createTutorialDesign(measured))).toBeGreaterThan(3.8);
  });

  it('hold a quota at the users that are told, and no more than those', () => {
    for (const design of Object.values(designs)) {
      for (const quota of Object.keys(limits) as Quota[]) {
        const users = getMaxUsers(design, busy, quota);
        expect(getPeakLoad(design, busy, users)[quota]).toBeLessThanOrEqual(limits[quota]);
        expect(getPeakLoad(design, busy, users + 1)[quota]).toBeGreaterThan(limits[quota]);
      }
    }
  });

  it('let a room of ten or more wait for deliveries, not for its counter', () => {
    expect(getRoomLimits(9).counter).toBeLessThan(getRoomLimits(9).gateway);
    for (const size of [10, 100, 1_000, 10_000]) {
      const { gateway, counter, reading } = getRoomLimits(size);
      expect(gateway).toBeLessThanOrEqual(Math.min(counter, reading));
    }
  });
});

describe('what the model takes from elsewhere', () => {
  it('has the units of every action from the costs', () => {
    expect(createUnitLookup()('sendmessage')).toEqual({ read: 2, write: 3 });
    expect(() => createUnitLookup()('nothing')).toThrow('no action nothing');
  });

  it('reckons what reading a room costs as the engine does', async () => {
    const table = await openTestTable();
    try {
      const meter = new CapacityMeter();
      const { store } = new TestServer(meter.table(table));
      const size = 1_000;
      const join = (index: number) =>
        store.members.add({
          room: 'general',
          userId: String(index).padStart(22, 'u'),
          connectionId: String(index).padStart(16, 'c'),
          name: 'Aki Tanaka',
          connectedAt: Date.now(),
          announced: true,
        });
      await Promise.all(Array.from({ length: size }, (_, index) => join(index)));
      const { read } = await meter.measure(() =>
        Array.fromAsync(store.members.subscribers('general', 1_000)),
      );
      expect(Math.abs(read - getRoomReadUnits(size))).toBeLessThanOrEqual(1);
    } finally {
      await table.close();
    }
  });

  it('has the weight of the line that a message writes', async () => {
    const lines: object[] = [];
    const context = {
      awsRequestId: randomUUID(),
      functionName: 'kaiwa-production-chat',
    } as Context;
    const event = createGatewayEvent('MESSAGE', 'sendmessage', 'L0SM9cOFvHcCIhw=');
    await withInvocationLog(
      (line) => lines.push(line),
      event,
      context,
      async () => recordBroadcast({ delivered: 99, gone: 0, failed: 0, enqueued: 0 }, 12),
    );
    const weight = Buffer.byteLength(JSON.stringify(lines[0])) + 26;
    expect(weight).toBeLessThanOrEqual(configured.lineBytes);
    expect(weight).toBeGreaterThan(0.9 * configured.lineBytes);
  });

  it('has the numbers that the code has', () => {
    const says = (file: string, line: string) => expect(readFileSync(file, 'utf8')).toContain(line);
    says('serverless.yml', `fanoutThreshold: ${configured.threshold}\n`);
    says('serverless.yml', `presenceLimit: ${configured.presenceLimit}\n`);
    says('serverless.yml', `retentionDays: ${configured.retentionDays}\n`);
    says('serverless.yml', `DEPENDENCY_TIMEOUT_MS: ${configured.budgetMs}\n`);
    says('src/server/delivery/broadcast.ts', `const ackWaitMs = ${digits(configured.ackWaitMs)};`);
    says('src/server/delivery/broadcast.ts', `const pageSize = ${digits(configured.pageSize)};`);
    says(
      'src/server/delivery/broadcast.ts',
      `const enqueueConcurrency = ${configured.enqueueConcurrency};`,
    );
    says('src/server/delivery/deliver.ts', `const concurrency = ${configured.inFlight};`);
    says('src/server/aws/retry.ts', `const maxAttempts = ${configured.maxAttempts};`);
    says('src/server/aws/retry.ts', `const baseDelayMs = ${configured.firstPauseMs};`);
  });
});

/** A number as the code writes it. */
const digits = (value: number) => value.toLocaleString('en-US').replaceAll(',', '_');
