import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { recordBroadcast } from '../../../src/server/observability/delivery-metrics.ts';
import { withInvocationLog } from '../../../src/server/observability/invocation-log.ts';
import { CapacityMeter } from '../../../test/helpers/capacity-meter.ts';
import { openTestTable } from '../../../test/helpers/database.ts';
import { createGatewayEvent, TestServer } from '../../../test/helpers/test-server.ts';
import { configured } from '../assumptions.ts';
import { createUnitLookup } from '../figures.ts';
import { getRoomReadUnits } from '../room-limits.ts';

describe('createUnitLookup', () => {
  it('returns the units of an action from the costs', () => {
    expect(createUnitLookup()('sendmessage')).toEqual({ read: 2, write: 3 });
    expect(() => createUnitLookup()('nothing')).toThrow('no action nothing');
  });
});

describe('getRoomReadUnits', () => {
  it('returns the units that the table consumes for a query of all members', async () => {
    const table = await openTestTable();
    try {
      const meter = new CapacityMeter();
      const { store } = new TestServer(meter.table(table));
      const size = 1_000;
      const addMember = (index: number) =>
        store.members.add({
          room: 'general',
          userId: String(index).padStart(22, 'u'),
          connectionId: String(index).padStart(16, 'c'),
          name: 'Aki Tanaka',
          connectedAt: Date.now(),
          announced: true,
        });
      await Promise.all(Array.from({ length: size }, (_, index) => addMember(index)));
      const { read } = await meter.measure(() =>
        Array.fromAsync(store.members.subscribers('general', 1_000)),
      );
      expect(Math.abs(read - getRoomReadUnits(size))).toBeLessThanOrEqual(1);
    } finally {
      await table.close();
    }
  });
});

/** Formats a number as the source code does. */
const toLiteral = (value: number) => value.toLocaleString('en-US').replaceAll(',', '_');

describe('configured', () => {
  it('has the size of the log line of a message', async () => {
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
    const lineBytes = Buffer.byteLength(JSON.stringify(lines[0])) + 26;
    expect(lineBytes).toBeLessThanOrEqual(configured.lineBytes);
    expect(lineBytes).toBeGreaterThan(0.9 * configured.lineBytes);
  });

  it.each([
    ['serverless.yml', `fanoutThreshold: ${configured.threshold}\n`],
    ['serverless.yml', `presenceLimit: ${configured.presenceLimit}\n`],
    ['serverless.yml', `retentionDays: ${configured.retentionDays}\n`],
    ['serverless.yml', `DEPENDENCY_TIMEOUT_MS: ${configured.budgetMs}\n`],
    ['src/server/delivery/broadcast.ts', `const ackWaitMs = ${toLiteral(configured.ackWaitMs)};`],
    ['src/server/delivery/broadcast.ts', `const pageSize = ${toLiteral(configured.pageSize)};`],
    [
      'src/server/delivery/broadcast.ts',
      `const enqueueConcurrency = ${configured.enqueueConcurrency};`,
    ],
    ['src/server/delivery/deliver.ts', `const concurrency = ${configured.concurrency};`],
    ['src/server/aws/retry.ts', `const maxAttempts = ${configured.maxAttempts};`],
    ['src/server/aws/retry.ts', `const baseDelayMs = ${configured.firstPauseMs};`],
  ])('equals the value in %s: %s', (file, line) => {
    expect(readFileSync(file, 'utf8')).toContain(line);
  });
});
