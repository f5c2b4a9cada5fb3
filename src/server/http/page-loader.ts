import { readFile } from 'node:fs/promises';

/**
 * The page as it is built. `{{socket}}` stands in it where the chat’s address goes, and `{{auth}}`
 * where it says how people show who they are.
 */
export interface Page {
  readonly html: string;
  /** Of its one script and its one style, as a Content-Security-Policy names them. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/**
 * Loads the page that was bundled, when it is first asked for; or, while one works on it, from where
 * it was last built.
 */
export function createPageSource(file: string | undefined): () => Promise<Page> {
  if (file === undefined) return bundled;
  let last = { text: '', page: undefined as Page | undefined };
  return async () => {
    const text = await readFile(file, 'utf8');
    if (!last.page || last.text !== text) last = { text, page: JSON.parse(text) };
    return last.page as Page;
  };
}

async function bundled(): Promise<Page> {
  const { default: page } = await import('../../generated/page.json', { with: { type: 'json' } });
  return page;
}
