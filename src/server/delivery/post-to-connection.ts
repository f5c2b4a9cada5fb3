import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { encodePathSegment, type Payload } from '../aws/sigv4.ts';

/** What became of one delivery; `gone` means that the connection has ended. */
export type DeliveryOutcome = 'delivered' | 'gone' | 'failed';

/**
 * Posts a frame to one connection. It never throws and never takes longer than its budget. What ends with
 * the deadline has failed, and is not reported: whoever set the deadline knows of it.
 */
export type PostToConnection = (connectionId: string, payload: Payload) => Promise<DeliveryOutcome>;

/**
 * Posts through the gateway's @connections. A 410 comes with the error's name from AWS and with the
 * bare status from local stacks. A recipient that takes longer than the budget, tries included, is given up
 * and heals by recovery.
 */
export function createPostToConnection(
  send: SendRequest,
  budgetMs: number,
  onFailure: (connectionId: string, cause: unknown) => void,
): PostToConnection {
  return async (connectionId, payload) => {
    try {
      const path = `/@connections/${encodePathSegment(connectionId)}`;
      const { status, error } = await withRetry(
        (patience) => send(path, payload, patience),
        budgetMs,
      );
      if (status >= 200 && status < 300) return 'delivered';
      if (status === 410 || error === 'GoneException') return 'gone';
      if (error !== 'AbortError') onFailure(connectionId, toError(status, error));
    } catch (thrown) {
      onFailure(connectionId, thrown);
    }
    return 'failed';
  };
}

/** An error to be logged, with AWS's name of it where there is one. */
function toError(status: number, name: string): Error {
  const error = new Error(status === 0 ? 'no answer' : `status ${status}`);
  return name === '' ? error : Object.assign(error, { name });
}
