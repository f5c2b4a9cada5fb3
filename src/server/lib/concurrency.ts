/**
 * Waits until every task has settled. Returns the results in order, or throws the first failure. Lambda freezes the function
 * when it responds, so a failed task must not leave others running.
 */
export async function settleAll<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}

/**
 * Runs a task for each item, at most `concurrency` at a time. Throws the first failure when all of
 * them have settled.
 */
export async function forEachConcurrent<T>(
  items: AsyncIterableIterator<T> | IterableIterator<T>,
  concurrency: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    for await (const item of items) await task(item);
  };
  await settleAll(Array.from({ length: concurrency }, worker));
}
