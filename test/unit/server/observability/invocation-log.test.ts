import type { Context } from 'aws-lambda';
import { invocationStorage } from '../../../../src/server/observability/invocation.ts';
import {
  createWarningLogger,
  withInvocationLog,
} from '../../../../src/server/observability/invocation-log.ts';
import { createGatewayEvent } from '../../../helpers/test-server.ts';

/** Warns inside one invocation. Returns the lines of the log. */
function collectWarnings(
  warn: (warnings: ReturnType<typeof createWarningLogger>) => void,
): object[] {
  const lines: object[] = [];
  const warnings = createWarningLogger((line) => lines.push(line));
  invocationStorage.run({ requestId: 'r1', metrics: {}, warnings: 0 }, () => warn(warnings));
  return lines;
}

describe('createWarningLogger', () => {
  it('logs the connection, the reason and the invocation', () => {
    const cause = Object.assign(new Error('status 403'), { name: 'ForbiddenException' });
    expect(collectWarnings((warnings) => warnings.delivery('c1=', cause))).toEqual([
      {
        level: 'warn',
        requestId: 'r1',
        warning: 'not delivered',
        connectionId: 'c1=',
        reason: 'ForbiddenException: status 403',
      },
    ]);
  });

  it('accepts a text as the reason', () => {
    const lines = collectWarnings((warnings) => warnings.enqueue('status 429'));
    expect(lines).toMatchObject([{ warning: 'not enqueued', reason: 'status 429' }]);
  });

  it('logs ten warnings of an invocation at most', () => {
    const lines = collectWarnings((warnings) => {
      for (let id = 0; id < 500; id += 1) warnings.delivery(`c${id}=`, 'no time left');
    });
    expect(lines).toHaveLength(10);
  });
});

describe('withInvocationLog', () => {
  it('logs an unexpected error, and still fails the invocation', async () => {
    const lines: object[] = [];
    const context = { awsRequestId: 'r1', functionName: 'chat' } as Context;
    const fail = () => Promise.reject(new Error('odd'));
    const event = createGatewayEvent('MESSAGE', 'ping', 'c1=');
    const result = withInvocationLog((line) => lines.push(line), event, context, fail);
    await expect(result).rejects.toThrow('odd');
    expect(lines).toMatchObject([
      { level: 'error', outcome: 'internal', reason: expect.stringContaining('odd') },
    ]);
  });
});
