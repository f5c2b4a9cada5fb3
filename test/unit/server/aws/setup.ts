import { createAwsClient, type RequestLimits } from '../../../../src/server/aws/client.ts';
import { createPayload } from '../../../../src/server/aws/sigv4.ts';

/** Creates a sender of one small request to an endpoint. */
export function createSender(endpoint: string) {
  const send = createAwsClient({
    endpoint,
    service: 'execute-api',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    now: Date.now,
  });
  return (limits: Partial<RequestLimits> = {}) =>
    send('/path', createPayload('text'), { timeoutMs: 10_000, ...limits });
}

/** Lets a test advance the timers of the code under test, but not those of Node's sockets. */
export const useFakeTimers = () =>
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
