import { type FSWatcher, watch } from 'node:fs';
import { resolve } from 'node:path';
import { buildPage } from '../build/bundle/page.ts';

/** Where the page is built; the function reads it anew from there. */
export const pageFile = resolve('src/generated/page.json');

/** What the page is made of. */
const watchedFolders = ['src/web', 'src/client'];

/** Editors write a file in several steps, in so many milliseconds. */
const debounceMs = 50;

/** Builds the page anew whenever its sources change, until the returned function is called. */
export function watchPage(): () => void {
  let timer: NodeJS.Timeout | undefined;
  const build = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        buildPage();
      } catch {
        // esbuild has said what is wrong; the page stays as it was.
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
