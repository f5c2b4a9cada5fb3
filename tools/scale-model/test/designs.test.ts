import { assumed } from '../assumptions.ts';
import { createUnitLookup, type Measured } from '../figures.ts';
import { createKaiwaDesign } from '../kaiwa-design.ts';
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
import { getDeliveryMs, getRoomLimits } from '../room-limits.ts';
import { busy, messagesOnly } from '../scenarios.ts';
import { createEquivalentDesign, createTutorialDesign } from '../tutorial-designs.ts';

const measured: Measured = {
  post: { ours: 0.25, sdk: 0.9 },
  own: { ours: 8, tutorial: 6 },
  scannedRow: 0.005,
};

/** A user who is online all day, and inactive. */
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
const kaiwa = createKaiwaDesign(measured, createUnitLookup());
const tutorial = createTutorialDesign(measured);
const equivalent = createEquivalentDesign(measured);
const designs: readonly Design[] = [kaiwa, equivalent, tutorial];

describe('computeBill', () => {
  it('bills 43,200 connection minutes for one idle user', () => {
    const { gatewayMinute, ...others } = computeBill(kaiwa, idle, 1);
    expect(gatewayMinute).toBeCloseTo(43_200 * 0.25e-6, 12);
    expect(Object.values(others).every((usd) => usd === 0)).toBe(true);
  });

  it('bills three frames, two reads and three writes for a daily message to one recipient', () => {
    const bill = computeBill(kaiwa, { ...idle, messages: 1 }, 1);
    // The message, its ack, and the delivery.
    expect(bill.gatewayMessage).toBeCloseTo(30 * 3 * 1e-6, 12);
    expect(bill.tableRead).toBeCloseTo(30 * 2 * 0.125e-6, 12);
    expect(bill.tableWrite).toBeCloseTo(30 * 3 * 0.625e-6, 12);
    expect(bill.lambdaRequest).toBeCloseTo(30 * 0.2e-6, 12);
    expect(bill.transfer).toBeCloseTo(30 * (300 + 150) * 1e-9 * 0.09, 12);
    expect(bill.logs).toBeCloseTo(30 * (400 + 460) * 1e-9 * 0.5, 12);
  });

  it('grows in proportion to the users for Kaiwa, and with their square for the tutorial', () => {
    const getGrowth = (design: Design) =>
      getTotalUsd(computeBill(design, messagesOnly, 40_000)) /
      getTotalUsd(computeBill(design, messagesOnly, 20_000));
    expect(getGrowth(kaiwa)).toBeCloseTo(2, 9);
    expect(getGrowth(tutorial)).toBeGreaterThan(3.8);
  });
});

describe('createKaiwaDesign', () => {
  it('delivers a message to 1,000 recipients in three invocations', () => {
    const { invocations, deliveries } = kaiwa({ ...idle, messages: 1, roomSize: 1_001 }, 1, 1);
    expect({ invocations, deliveries }).toEqual({ invocations: 3, deliveries: 1_000 });
  });

  it('announces presence in rooms of up to a hundred connections, and not in larger ones', () => {
    const habits = { ...idle, sessions: 1, rooms: 2 };
    expect(kaiwa({ ...habits, roomSize: 100 }, 1, 1).deliveries).toBe(2 * 2 * 99);
    expect(kaiwa({ ...habits, roomSize: 101 }, 1, 1).deliveries).toBe(0);
  });
});

describe('createEquivalentDesign', () => {
  it('makes the same number of deliveries as Kaiwa', () => {
    for (const habits of [busy, messagesOnly, { ...busy, roomSize: 400 }]) {
      expect(equivalent(habits, 50, 12).deliveries).toBe(kaiwa(habits, 50, 12).deliveries);
    }
  });
});

describe('getMaxUsers', () => {
  it('returns the largest number of users that stays within a quota', () => {
    for (const design of designs) {
      for (const quota of Object.keys(limits) as Quota[]) {
        const users = getMaxUsers(design, busy, quota);
        expect(getPeakLoad(design, busy, users)[quota]).toBeLessThanOrEqual(limits[quota]);
        expect(getPeakLoad(design, busy, users + 1)[quota]).toBeGreaterThan(limits[quota]);
      }
    }
  });
});

describe('getRoomLimits', () => {
  it('lets the deliveries, not the counter, limit a room of ten or more connections', () => {
    expect(getRoomLimits(9).counter).toBeLessThan(getRoomLimits(9).gateway);
    for (const size of [10, 100, 1_000, 10_000]) {
      const { gateway, counter, reading } = getRoomLimits(size);
      expect(gateway).toBeLessThanOrEqual(Math.min(counter, reading));
    }
  });
});

describe('getDeliveryMs', () => {
  it('returns the longer of the waiting and the working time', () => {
    expect(getDeliveryMs(65, 0)).toBe(2 * assumed.postMs);
    expect(getDeliveryMs(64, 10)).toBeCloseTo(640 / assumed.cores, 9);
  });
});
