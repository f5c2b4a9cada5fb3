import type { Context } from 'aws-lambda';
import { isAction } from '../../../schemas/index.ts';
import type { Chunk } from '../delivery/chunk.ts';
import { toChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { type Failure, type Invocation, invocationStorage, type WriteLog } from './invocation.ts';
import { toEmf } from './metrics.ts';

/**
 * Writes one line when an invocation ends: its route, connection, duration, outcome and metrics. The
 * line never contains the text of a message, a name, a token or a query string.
 */
export async function withInvocationLog<T>(
  writeLog: WriteLog,
  event: GatewayEvent | Chunk,
  context: Context,
  task: () => Promise<T>,
): Promise<T> {
  const invocation: Invocation = { requestId: context.awsRequestId, metrics: {}, warnings: 0 };
  const startedAt = performance.now();
  try {
    return await invocationStorage.run(invocation, task);
  } catch (thrown) {
    invocation.failure ??= toFailure(thrown);
    throw thrown;
  } finally {
    const { code, reason } = invocation.failure ?? {};
    writeLog({
      level: reason === undefined ? 'info' : 'error',
      requestId: invocation.requestId,
      ...describeEvent(event),
      durationMs: Math.round(10 * (performance.now() - startedAt)) / 10,
      outcome: code ?? 'ok',
      reason,
      trace: /Root=([\w-]+).*;Sampled=1/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '')?.[1],
      ...toEmf(invocation.metrics, code, context.functionName, Date.now()),
    });
  }
}

/** Describes an event by a route that AWS knows: the local gateway passes any action as a route key. */
function describeEvent(event: GatewayEvent | Chunk): object {
  if (!('requestContext' in event)) {
    // An operator who invokes the function by hand can pass anything.
    return { route: 'chunk', recipients: Array.from(event.recipients ?? []).length };
  }
  const { routeKey, eventType, connectionId } = event.requestContext;
  const isKnown = eventType !== 'MESSAGE' || isAction(routeKey);
  return { route: isKnown ? routeKey : '$default', connectionId };
}

/** Keeps why the invocation failed, for its line in the log. */
export function recordFailure(thrown: unknown): void {
  const invocation = invocationStorage.getStore();
  if (invocation) invocation.failure = toFailure(thrown);
}

/** Only the operator's errors have a reason. A client's mistake is not a failure of the service. */
function toFailure(thrown: unknown): Failure {
  const error = toChatError(thrown);
  const isServerFault = error.code === 'internal' || error.code === 'unavailable';
  const source = error.cause instanceof Error ? error.cause : error;
  return { code: error.code, reason: isServerFault ? (source.stack ?? 'unknown') : undefined };
}

/** Logs failures that do not end the request. */
export interface WarningLogger {
  /** A recipient could not be reached. The others were. */
  delivery(connectionId: string, cause: unknown): void;
  /** A chunk could not be enqueued, so this invocation delivers it itself. */
  enqueue(reason: string): void;
  /** The keys of tokens could not be fetched. The cached ones stay in use. */
  keys(cause: unknown): void;
}

/** The most warnings of one invocation. A room of thousands would fill the log with the same line. */
const maxWarnings = 10;

/** Creates a logger that writes one line for each warning. */
export function createWarningLogger(writeLog: WriteLog): WarningLogger {
  const warn = (warning: string, cause: unknown, connectionId?: string) => {
    const invocation = invocationStorage.getStore();
    if (invocation) invocation.warnings += 1;
    if (invocation && invocation.warnings > maxWarnings) return;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    writeLog({ level: 'warn', requestId: invocation?.requestId, warning, connectionId, reason });
  };
  return {
    delivery: (connectionId, cause) => warn('not delivered', cause, connectionId),
    enqueue: (reason) => warn('not enqueued', reason),
    keys: (cause) => warn('keys not fetched', cause),
  };
}
