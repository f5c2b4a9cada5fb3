import { readFile } from 'node:fs/promises';

/**
 * The page as it is built. `{{socket}}` stands in it where the chat’s address goes, and `{{auth}}`
 * where it says how people show who they are.
 */
export interface BuiltPage {
  readonly html: string;
  /** Of its one script and its one style, as a Content-Security-Policy names them. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/**
 * Loads the page that was bundled, when it is first asked for; or, while one works on it, from where
 * it was last built.
 */
export function createPageLoader(file: string | undefined): () => Promise<BuiltPage> {
  if (file === undefined) return loadBundledPage;
  let last = { text: '', page: undefined as BuiltPage | undefined };
  return async () => {
    const text = await readFile(file, 'utf8');
    if (!last.page || last.text !== text) last = { text, page: JSON.parse(text) };
    return last.page as BuiltPage;
  };
}

async function loadBundledPage(): Promise<BuiltPage> {
  const { default: page } = await import('../../generated/page.json', { with: { type: 'json' } });
  return page;
}
