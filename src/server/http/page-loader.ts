import { readFile } from 'node:fs/promises';

/**
 * The page as it is built. It contains `{{socket}}` in place of the WebSocket URL, and `{{auth}}` in
 * place of the authentication mode.
 */
export interface BuiltPage {
  readonly html: string;
  /** The hashes of its one script and its one style, as a Content-Security-Policy names them. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/**
 * Creates the loader of the page. It loads the bundled page on first use. During development it
 * reads the given file, and returns another object whenever the file has changed.
 */
export function createPageLoader(file: string | undefined): () => Promise<BuiltPage> {
  if (file === undefined) return loadBundledPage;
  let last: { readonly text: string; readonly page: BuiltPage } | undefined;
  return async () => {
    const text = await readFile(file, 'utf8');
    if (last?.text !== text) last = { text, page: JSON.parse(text) };
    return last.page;
  };
}

async function loadBundledPage(): Promise<BuiltPage> {
  const { default: page } = await import('../../generated/page.json', { with: { type: 'json' } });
  return page;
}
