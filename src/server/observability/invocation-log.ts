import type { Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { isAction } from '../../../schemas/index.ts';
import type { Chunk } from '../delivery/chunk.ts';
import { toChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { type Failure, type Invocation, invocationStorage, type WriteLog } from './invocation.ts';
import { toEmf } from './metrics.ts';

/**
 * Writes one line when an invocation has ended: what was asked, by which connection, how long it took, what
 * came of it, and its metrics. Neither a message's text, a name, a token nor a query string is ever in it.
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

/** What an invocation is about. A route that the gateway knows, since the local one takes any action for one. */
function describeEvent(event: GatewayEvent | Chunk): object {
  if (!('requestContext' in event)) {
    // Whoever invokes the function by hand may hand it anything.
    return { route: 'chunk', recipients: Array.from(event.recipients ?? []).length };
  }
  const { routeKey, eventType, connectionId } = event.requestContext;
  const isKnown = eventType !== 'MESSAGE' || isAction(routeKey);
  return { route: isKnown ? routeKey : '$default', connectionId };
}

/** Keeps what went wrong for the invocation's line. */
export function recordFailure({ error }: Request): void {
  const invocation = invocationStorage.getStore();
  if (invocation) invocation.failure = toFailure(error);
}

/** Only of what an operator should know of is there a reason: what a client did wrong is no such failure. */
function toFailure(thrown: unknown): Failure {
  const { code, cause, stack } = toChatError(thrown);
  const isOurs = code === 'internal' || code === 'unavailable';
  const { stack: where = stack ?? 'unknown' }: { stack?: string } = Object(cause);
  return { code, reason: isOurs ? where : undefined };
}

/** What parts that do not end a request by it tell when something has failed. */
export interface WarningLogger {
  /** A recipient could not be reached; the others were. */
  delivery(connectionId: string, cause: unknown): void;
  /** No other invocation takes deliveries over; this one makes them itself. */
  enqueue(reason: string): void;
  /** Keys of tokens could not be fetched; those that are kept go on to serve. */
  keys(cause: unknown): void;
}

/** An invocation's first warnings tell what is wrong; a room of thousands would fill the log with the same. */
const maxWarnings = 10;

/** Builds what writes a line each time. */
export function createWarningLogger(writeLog: WriteLog): WarningLogger {
  const warn = (warning: string, cause: unknown, connectionId?: string) => {
    const invocation = invocationStorage.getStore();
    if (invocation) invocation.warnings += 1;
    if (invocation && invocation.warnings > maxWarnings) return;
    const { name, message = String(cause) }: Partial<Error> = Object(cause);
    const reason = name === undefined ? message : `${name}: ${message}`;
    writeLog({ level: 'warn', requestId: invocation?.requestId, warning, connectionId, reason });
  };
  return {
    delivery: (connectionId, cause) => warn('not delivered', cause, connectionId),
    enqueue: (reason) => warn('not handed over', reason),
    keys: (cause) => warn('keys not fetched', cause),
  };
}
