import type { Services } from '../services.ts';
import type { BuiltPage } from './page-loader.ts';
import { createDocument, type StaticDocument } from './static-document.ts';

/** The facts about its stage that the page needs. */
type StageInfo = Pick<Services, 'webSocketUrl' | 'authMode'>;

/**
 * Creates the document of the page. The stage's values are attributes in it. So the script, and its
 * hash, are the same on every stage.
 */
export function createPageDocument(
  { html, scriptHash, styleHash }: BuiltPage,
  { webSocketUrl, authMode }: StageInfo,
): StaticDocument {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    // The icon is a data URL in the page.
    'img-src data:',
    `connect-src ${new URL(webSocketUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text can become HTML or a script, not even by mistake.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  const text = html
    .replace('{{socket}}', () => escapeAttribute(webSocketUrl))
    .replace('{{auth}}', () => escapeAttribute(authMode));
  return createDocument(text, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
