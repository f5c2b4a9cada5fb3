import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { createPayload } from '../aws/sigv4.ts';

/** Hands a chunk, in JSON, to another invocation. False where none takes it: never throws. */
export type EnqueueChunk = (chunk: string) => Promise<boolean>;

/** What handing over one chunk may take, tries included. */
const budgetMs = 2_000;

/**
 * Hands over by invoking a function asynchronously, through Lambda's API, which the sender speaks to
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). Lambda stores the event before it answers
 * 202, so this takes no longer than a write. Where the answer is lost, the chunk may be delivered twice.
 */
export function createChunkQueue(
  send: SendRequest,
  functionName: string,
  onFailure: (reason: string) => void,
): EnqueueChunk {
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  return async (chunk) => {
    const payload = createPayload(chunk);
    const { status, error } = await withRetry(
      (patience) => send(path, payload, patience),
      budgetMs,
    );
    if (status === 202) return true;
    onFailure(`status ${status} ${error}`);
    return false;
  };
}

/** What makes an invocation asynchronous. */
export const asyncInvokeHeaders = { 'x-amz-invocation-type': 'Event' };
