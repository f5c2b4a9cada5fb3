import { allDone } from './settle-all.ts';

/** Does the same for each of many, so many at a time; throws the first failure when all have ended. */
export async function sideBySide<T>(
  many: AsyncIterableIterator<T> | IterableIterator<T>,
  width: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    for await (const one of many) await work(one);
  };
  await allDone(Array.from({ length: width }, worker));
}
