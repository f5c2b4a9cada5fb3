import { splitList } from '../lib/split-list.ts';

/**
 * Creates a check whether pages of an origin may connect. The list has exact origins, separated by
 * commas, or `*` for all. Browsers send the true origin of a page. Other clients can send any origin
 * or none, so a missing origin is allowed.
 */
export function createOriginCheck(list: string): (origin: string | undefined) => boolean {
  const allowed = new Set(splitList(list));
  return (origin) => origin === undefined || allowed.has('*') || allowed.has(origin);
}
