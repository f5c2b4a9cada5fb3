import type { Parts } from '../services.ts';
import type { Page } from './page-loader.ts';
import { type Document, documentOf } from './static-document.ts';

/** What was made last: a Lambda serves one page, the local stack another one after each build. */
let last: { readonly page: Page; readonly stage: Stage; readonly document: Document } | undefined;

/** What the page is told of its stage. */
type Stage = Pick<Parts, 'url' | 'auth'>;

/** The chat’s page. */
export async function page({ page: load, url, auth }: Stage & Pick<Parts, 'page'>) {
  const page = await load();
  if (last?.page !== page || last.stage.url !== url || last.stage.auth !== auth) {
    const stage = { url, auth };
    last = { page, stage, document: make(page, stage) };
  }
  return last.document;
}

/** Both stand in attributes, so the script is the same everywhere, and so is its hash. */
function make({ html, scriptHash, styleHash }: Page, { url, auth }: Stage): Document {
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
    html.replace('{{socket}}', () => escaped(url)).replace('{{auth}}', () => escaped(auth)),
    {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
