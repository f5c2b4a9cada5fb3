import type { Context } from 'aws-lambda';
import { observation } from '../../../../src/server/observability/invocation.ts';
import { createWarnings, observed } from '../../../../src/server/observability/invocation-log.ts';
import { gatewayEvent } from '../../../helpers/test-server.ts';

/** Warns inside one invocation, and returns what was logged. */
function logged(warn: (warnings: ReturnType<typeof createWarnings>) => void): object[] {
  const lines: object[] = [];
  const warnings = createWarnings((line) => lines.push(line));
  observation.run({ requestId: 'r1', counts: {}, warnings: 0 }, () => warn(warnings));
  return lines;
}

describe('a warning', () => {
  it('names the recipient, what befell it and the invocation', () => {
    const cause = Object.assign(new Error('status 403'), { name: 'ForbiddenException' });
    expect(logged((warnings) => warnings.delivery('c1=', cause))).toEqual([
      {
        level: 'warn',
        requestId: 'r1',
        warning: 'not delivered',
        connectionId: 'c1=',
        reason: 'ForbiddenException: status 403',
      },
    ]);
  });

  it('takes a reason in words', () => {
    const lines = logged((warnings) => warnings.handOver('status 429'));
    expect(lines).toMatchObject([{ warning: 'not handed over', reason: 'status 429' }]);
  });

  it('is one of ten at most, however many recipients of an invocation fail', () => {
    const lines = logged((warnings) => {
      for (let id = 0; id < 500; id += 1) warnings.delivery(`c${id}=`, 'no time left');
    });
    expect(lines).toHaveLength(10);
  });
});

describe('a failure that nobody has reported', () => {
  it('is in the line, and still fails the invocation', async () => {
    const lines: object[] = [];
    const context = { awsRequestId: 'r1', functionName: 'chat' } as Context;
    const fail = () => Promise.reject(new Error('odd'));
    const event = gatewayEvent('MESSAGE', 'ping', 'c1=');
    const observing = observed((line) => lines.push(line), event, context, fail);
    await expect(observing).rejects.toThrow('odd');
    expect(lines).toMatchObject([
      { level: 'error', outcome: 'internal', reason: expect.stringContaining('odd') },
    ]);
  });
});
