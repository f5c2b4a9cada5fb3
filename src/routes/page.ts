import { type Document, documentOf } from '../document.ts';
import type { Page } from '../page.ts';
import type { Parts } from '../parts.ts';

/** What was made last: a Lambda serves one page, the local stack another one after each build. */
let last: { readonly page: Page; readonly url: string; readonly document: Document } | undefined;

/** The chat’s page. */
export async function page({ page: load, url }: Pick<Parts, 'page' | 'url'>): Promise<Document> {
  const page = await load();
  if (last?.page !== page || last.url !== url) last = { page, url, document: make(page, url) };
  return last.document;
}

/** The address stands in an attribute, so the script is the same everywhere, and so is its hash. */
function make({ html, scriptHash, styleHash }: Page, url: string): Document {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    // Its icon is written in it.
    'img-src data:',
    `connect-src ${new URL(url).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Nothing can be made HTML or script, not even by mistake.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return documentOf(
    html.replace('{{socket}}', () => escaped(url)),
    {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
