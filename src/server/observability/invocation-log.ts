import type { Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { isAction } from '../../../schemas/index.ts';
import type { Chunk } from '../delivery/chunk.ts';
import { asChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { type Failure, type Log, type Observation, observation } from './invocation.ts';
import { embedded } from './metrics.ts';

/**
 * Writes one line when an invocation has ended: what was asked, by which connection, how long it took, what
 * came of it, and its metrics. Neither a message's text, a name, a token nor a query string is ever in it.
 */
export async function observed<T>(
  log: Log,
  event: GatewayEvent | Chunk,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  const seen: Observation = { requestId: context.awsRequestId, counts: {}, warnings: 0 };
  const startedAt = performance.now();
  try {
    return await observation.run(seen, work);
  } catch (thrown) {
    seen.failure ??= failureOf(thrown);
    throw thrown;
  } finally {
    const { code, reason } = seen.failure ?? {};
    log({
      level: reason === undefined ? 'info' : 'error',
      requestId: seen.requestId,
      ...subject(event),
      durationMs: Math.round(10 * (performance.now() - startedAt)) / 10,
      outcome: code ?? 'ok',
      reason,
      trace: /Root=([\w-]+).*;Sampled=1/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '')?.[1],
      ...embedded(seen.counts, code, context.functionName, Date.now()),
    });
  }
}

/** What an invocation is about. A route that the gateway knows, since the local one takes any action for one. */
function subject(event: GatewayEvent | Chunk): object {
  if (!('requestContext' in event)) {
    // Whoever invokes the function by hand may hand it anything.
    return { route: 'chunk', recipients: Array.from(event.recipients ?? []).length };
  }
  const { routeKey, eventType, connectionId } = event.requestContext;
  const isKnown = eventType !== 'MESSAGE' || isAction(routeKey);
  return { route: isKnown ? routeKey : '$default', connectionId };
}

/** Keeps what went wrong for the invocation's line. */
export function noteFailure({ error }: Request): void {
  const seen = observation.getStore();
  if (seen) seen.failure = failureOf(error);
}

/** Only of what an operator should know of is there a reason: what a client did wrong is no such failure. */
function failureOf(thrown: unknown): Failure {
  const { code, cause, stack } = asChatError(thrown);
  const isOurs = code === 'internal' || code === 'unavailable';
  const { stack: where = stack ?? 'unknown' }: { stack?: string } = Object(cause);
  return { code, reason: isOurs ? where : undefined };
}

/** What parts that do not end a request by it tell when something has failed. */
export interface Warnings {
  /** A recipient could not be reached; the others were. */
  delivery(connectionId: string, cause: unknown): void;
  /** No other invocation takes deliveries over; this one makes them itself. */
  handOver(reason: string): void;
  /** Keys of tokens could not be fetched; those that are kept go on to serve. */
  keys(cause: unknown): void;
}

/** An invocation's first warnings tell what is wrong; a room of thousands would fill the log with the same. */
const mostWarnings = 10;

/** Builds what writes a line each time. */
export function createWarnings(log: Log): Warnings {
  const warn = (warning: string, cause: unknown, connectionId?: string) => {
    const seen = observation.getStore();
    if (seen) seen.warnings += 1;
    if (seen && seen.warnings > mostWarnings) return;
    const { name, message = String(cause) }: Partial<Error> = Object(cause);
    const reason = name === undefined ? message : `${name}: ${message}`;
    log({ level: 'warn', requestId: seen?.requestId, warning, connectionId, reason });
  };
  return {
    delivery: (connectionId, cause) => warn('not delivered', cause, connectionId),
    handOver: (reason) => warn('not handed over', reason),
    keys: (cause) => warn('keys not fetched', cause),
  };
}
