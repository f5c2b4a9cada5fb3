import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { createPayload, encodePathSegment } from '../aws/sigv4.ts';

/** Ends a connection. It never throws: who goes on all the same is refused all the same. */
export type DeleteConnection = (connectionId: string) => Promise<void>;

/** What ending one connection may take, tries included. */
const budgetMs = 2_000;

/** Hangs up through the gateway's @connections, by a sender of DELETE requests. */
export function createDeleteConnection(
  send: SendRequest,
  onFailure: (connectionId: string, cause: unknown) => void,
): DeleteConnection {
  const emptyPayload = createPayload('');
  return async (connectionId) => {
    const path = `/@connections/${encodePathSegment(connectionId)}`;
    const { status, error } = await withRetry(
      (patience) => send(path, emptyPayload, patience),
      budgetMs,
    );
    const isDone = (status >= 200 && status < 300) || status === 410;
    if (!isDone) onFailure(connectionId, `not hung up: status ${status} ${error}`);
  };
}
