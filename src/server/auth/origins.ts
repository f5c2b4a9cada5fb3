import { splitList } from '../lib/split-list.ts';

/**
 * Whether a page of that origin may connect. A browser says the origin truly, whatever the page
 * wants; what says none is no browser, and could say any. The list is the exact origins that may,
 * separated by commas, or `*` for all.
 */
export function createOriginCheck(list: string): (origin: string | undefined) => boolean {
  const allowed = new Set(splitList(list));
  return (origin) => origin === undefined || allowed.has('*') || allowed.has(origin);
}
