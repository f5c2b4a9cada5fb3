import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { encodePathSegment, type Payload } from '../aws/sigv4.ts';

/** The outcome of one delivery. `gone` means that the connection has ended. */
export type DeliveryOutcome = 'delivered' | 'gone' | 'failed';

/**
 * Posts a frame to one connection, within a fixed time. Never throws. A post that its deadline ends has
 * failed, without a report: the code that set the deadline reports it.
 */
export type PostToConnection = (connectionId: string, payload: Payload) => Promise<DeliveryOutcome>;

/**
 * Creates posts to the @connections API. A 410 of AWS has an error name, and a 410 of a local stack has
 * none. A post with its retries takes at most `budgetMs`. A slower recipient recovers the event later.
 */
export function createPostToConnection(
  send: SendRequest,
  budgetMs: number,
  onFailure: (connectionId: string, cause: unknown) => void,
): PostToConnection {
  return async (connectionId, payload) => {
    try {
      const path = `/@connections/${encodePathSegment(connectionId)}`;
      const { status, error } = await withRetry((limits) => send(path, payload, limits), budgetMs);
      if (status >= 200 && status < 300) return 'delivered';
      if (status === 410 || error === 'GoneException') return 'gone';
      if (error !== 'AbortError') onFailure(connectionId, toError(status, error));
    } catch (thrown) {
      onFailure(connectionId, thrown);
    }
    return 'failed';
  };
}

/** Creates an error for the log, with AWS's name of the error if it has one. */
function toError(status: number, name: string): Error {
  const error = new Error(status === 0 ? 'no response' : `status ${status}`);
  return name === '' ? error : Object.assign(error, { name });
}
