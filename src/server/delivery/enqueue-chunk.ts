import type { SendRequest } from '../aws/client.ts';
import { withRetry } from '../aws/retry.ts';
import { createPayload } from '../aws/sigv4.ts';

/** Enqueues a chunk, given in JSON, for another invocation. Returns false on failure. Never throws. */
export type EnqueueChunk = (chunk: string) => Promise<boolean>;

/** The time for enqueuing one chunk, including retries, in milliseconds. */
const budgetMs = 2_000;

/**
 * Creates a queue that invokes a function asynchronously. `send` must send requests to Lambda's API
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). Lambda stores the event before it
 * responds with 202, so this takes as long as a write. If the response is lost, the chunk may be
 * delivered twice.
 */
export function createChunkQueue(
  send: SendRequest,
  functionName: string,
  onFailure: (reason: string) => void,
): EnqueueChunk {
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  return async (chunk) => {
    const payload = createPayload(chunk);
    const { status, error } = await withRetry((limits) => send(path, payload, limits), budgetMs);
    if (status === 202) return true;
    onFailure(`status ${status} ${error}`);
    return false;
  };
}

/** The headers of an asynchronous invocation. */
export const asyncInvokeHeaders = { 'x-amz-invocation-type': 'Event' };
