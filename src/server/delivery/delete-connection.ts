import type { Send } from '../aws/client.ts';
import { insist } from '../aws/retry.ts';
import { encoded, payloadOf } from '../aws/sigv4.ts';

/** Ends a connection. It never throws: who goes on all the same is refused all the same. */
export type HangUp = (connectionId: string) => Promise<void>;

/** What ending one connection may take, tries included. */
const budgetMs = 2_000;

/** Hangs up through the gateway's @connections, by a sender of DELETE requests. */
export function createHangUp(
  send: Send,
  onFailure: (connectionId: string, cause: unknown) => void,
): HangUp {
  const nothing = payloadOf('');
  return async (connectionId) => {
    const path = `/@connections/${encoded(connectionId)}`;
    const { status, error } = await insist((patience) => send(path, nothing, patience), budgetMs);
    const isDone = (status >= 200 && status < 300) || status === 410;
    if (!isDone) onFailure(connectionId, `not hung up: status ${status} ${error}`);
  };
}
