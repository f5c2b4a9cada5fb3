import { withTimeout } from '../lib/deadline.ts';

/**
 * Fetches a JSON document. Throws after `timeoutMs`, and at the deadline of the invocation. It follows
 * no redirect: only the configured server says which keys are valid.
 */
export function fetchJson(url: URL, timeoutMs: number): Promise<unknown> {
  return withTimeout(timeoutMs, async (signal) => {
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`${url.href} responded with status ${response.status}. Check that server.`);
  });
}
