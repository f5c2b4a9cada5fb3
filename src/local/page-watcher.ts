import { type FSWatcher, watch } from 'node:fs';
import { resolve } from 'node:path';
import { buildPage } from '../build/bundle/page.ts';

/** The built page. The local function reads it on every request. */
export const pageFile = resolve('src/generated/page.json');

/** The sources of the page. */
const watchedFolders = ['src/web', 'src/client'];

/** The time in which an editor writes a file in several steps, in milliseconds. */
const debounceMs = 50;

/** Rebuilds the page when its sources change, until the returned function is called. */
export function watchPage(): () => void {
  let timer: NodeJS.Timeout | undefined;
  const build = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        buildPage();
      } catch {
        // esbuild has printed the error. The page stays as it was.
      }
    }, debounceMs);
  };
  const watchers: FSWatcher[] = watchedFolders.map((folder) =>
    watch(folder, { recursive: true }, build),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
