import { withTimeout } from '../lib/deadline.ts';

/**
 * Asks a server for a JSON document. Throws where none comes within so many milliseconds, or before
 * the invocation's deadline. A redirect is no answer: whose keys they are is what was configured.
 */
export function fetchJson(url: URL, timeoutMs: number): Promise<unknown> {
  return withTimeout(timeoutMs, async (signal) => {
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`${url.origin} answered with status ${response.status}`);
  });
}
