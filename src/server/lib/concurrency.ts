import { settleAll } from './settle-all.ts';

/** Does the same for each of many, so many at a time; throws the first failure when all have ended. */
export async function forEachConcurrent<T>(
  items: AsyncIterableIterator<T> | IterableIterator<T>,
  concurrency: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    for await (const one of items) await task(one);
  };
  await settleAll(Array.from({ length: concurrency }, worker));
}
