/**
 * Waits until all is done, well or badly, and then throws the first failure. A Lambda is frozen as
 * soon as it has answered, so nothing may be left on its way when one of many fails.
 */
export async function settleAll(works: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
