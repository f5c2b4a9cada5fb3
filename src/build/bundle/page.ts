import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { writeIfChanged } from '../write-if-changed.ts';

const web = resolve('src/web');
const target = resolve('src/generated/page.json');

const bundleOptions: BuildOptions = {
  bundle: true,
  minify: true,
  write: false,
  charset: 'utf8',
  legalComments: 'none',
  target: 'es2024',
};

/** The options that bundle the script of the page. */
export const pageScriptOptions: BuildOptions = {
  ...bundleOptions,
  entryPoints: [join(web, 'main.tsx')],
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

/**
 * Bundles the page (`src/web`) into one document that needs no other file, and writes it to
 * `src/generated`. The hashes of its script and its style come with it, for the
 * Content-Security-Policy. The function replaces the placeholders `{{socket}}` and `{{auth}}` by the
 * values of its stage.
 */
export function buildPage(): void {
  const code = bundleToText(pageScriptOptions);
  const style = bundleToText({ ...bundleOptions, entryPoints: [join(web, 'styles/index.css')] });
  const html = readFileSync(join(web, 'index.html'), 'utf8')
    .replace(/\n\s*/g, '')
    .replace('</style>', (end) => style + end)
    .replace('</script>', (end) => code + end);
  const page = { html, scriptHash: toCspHash(code), styleHash: toCspHash(style) };
  writeIfChanged(target, JSON.stringify(page));
}

function bundleToText(entry: BuildOptions): string {
  const { outputFiles } = buildSync({ ...entry, write: false });
  return outputFiles[0]?.text.trim() ?? '';
}

/** Returns the hash of a script or a style for the Content-Security-Policy. */
const toCspHash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
