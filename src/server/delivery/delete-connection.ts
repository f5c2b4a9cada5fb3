import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { createPayload, encodePathSegment } from '../aws/sigv4.ts';

/** Closes a connection. Never throws: if it fails, the rate limit still rejects the requests. */
export type DeleteConnection = (connectionId: string) => Promise<void>;

/** The time for closing one connection, including retries, in milliseconds. */
const budgetMs = 2_000;

/** Creates deletions by the @connections API. `send` must send DELETE requests. */
export function createDeleteConnection(
  send: SendRequest,
  onFailure: (connectionId: string, cause: unknown) => void,
): DeleteConnection {
  const emptyPayload = createPayload('');
  return async (connectionId) => {
    const path = `/@connections/${encodePathSegment(connectionId)}`;
    const { status, error } = await withRetry(
      (limits) => send(path, emptyPayload, limits),
      budgetMs,
    );
    const isDeleted = (status >= 200 && status < 300) || status === 410;
    if (!isDeleted) onFailure(connectionId, `connection not deleted: status ${status} ${error}`);
  };
}
