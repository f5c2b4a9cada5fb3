import type { Services } from '../services.ts';
import type { BuiltPage } from './page-loader.ts';
import { createDocument, type StaticDocument } from './static-document.ts';

/** What was made last: a Lambda serves one page, the local stack another one after each build. */
let cached:
  | { readonly page: BuiltPage; readonly stage: StageInfo; readonly document: StaticDocument }
  | undefined;

/** What the page is told of its stage. */
type StageInfo = Pick<Services, 'webSocketUrl' | 'authMode'>;

/** The chat’s page. */
export async function page({
  loadPage,
  webSocketUrl,
  authMode,
}: StageInfo & Pick<Services, 'loadPage'>) {
  const page = await loadPage();
  if (
    cached?.page !== page ||
    cached.stage.webSocketUrl !== webSocketUrl ||
    cached.stage.authMode !== authMode
  ) {
    const stage = { webSocketUrl, authMode };
    cached = { page, stage, document: renderPage(page, stage) };
  }
  return cached.document;
}

/** Both stand in attributes, so the script is the same everywhere, and so is its hash. */
function renderPage(
  { html, scriptHash, styleHash }: BuiltPage,
  { webSocketUrl, authMode }: StageInfo,
): StaticDocument {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    // Its icon is written in it.
    'img-src data:',
    `connect-src ${new URL(webSocketUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Nothing can be made HTML or script, not even by mistake.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return createDocument(
    html
      .replace('{{socket}}', () => escapeAttribute(webSocketUrl))
      .replace('{{auth}}', () => escapeAttribute(authMode)),
    {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  );
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
