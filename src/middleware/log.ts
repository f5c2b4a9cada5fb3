import type { Request } from '@middy/core';
import { asChatError } from '../error.ts';
import type { GatewayEvent } from '../event.ts';

/**
 * Writes one line for a failure that an operator should know of. What a client did wrong is no
 * such failure, and neither a message's text nor a query string is ever written.
 */
export function logFailure({ error, event, context }: Request): void {
  const { code, cause, stack } = asChatError(error);
  if (code !== 'internal' && code !== 'unavailable') return;
  const { requestContext } = event as Partial<GatewayEvent>;
  const { routeKey, connectionId } = requestContext ?? { routeKey: 'chunk' };
  const reason = cause instanceof Error ? reasonOf(cause) : stack;
  console.error(
    JSON.stringify({
      level: 'error',
      code,
      reason,
      routeKey,
      connectionId,
      requestId: context.awsRequestId,
    }),
  );
}

/** An AWS error's own words may quote keys and values: its name and where it came from will do. */
function reasonOf({ name, stack = '', ...rest }: Error): string {
  const frames = stack.slice(Math.max(0, stack.indexOf('\n    at ')));
  return '$metadata' in rest ? `${name}${frames}` : stack;
}

/** Writes one line for a recipient that could not be reached; the others were. */
export function logDeliveryFailure(connectionId: string, cause: unknown): void {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  console.warn(JSON.stringify({ level: 'warn', event: 'not delivered', connectionId, reason }));
}

/** Writes one line for deliveries that no other invocation takes over; this one makes them itself. */
export function logHandOverFailure(reason: string): void {
  console.warn(JSON.stringify({ level: 'warn', event: 'not handed over', reason }));
}

/** Writes one line for keys of tokens that could not be fetched; those that are kept go on to serve. */
export function logKeysFailure(cause: unknown): void {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  console.warn(JSON.stringify({ level: 'warn', event: 'keys not fetched', reason }));
}
