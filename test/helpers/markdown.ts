import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Lists the Markdown documents of the repository, the ones that git ignores left out. */
export function listDocuments(): string[] {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
    { encoding: 'utf8' },
  );
  return files.split('\n').filter((file) => file !== '');
}

/** Returns a document without its code: fenced blocks and code spans. */
const withoutCode = (markdown: string) =>
  markdown.replaceAll(/^ *(```+|~~~+).*?^ *\1 *$/gms, '').replaceAll(/`[^`\n]*`/g, 'code');

/** Lists the targets of a document's links and images, those of HTML included. */
export function listLinks(markdown: string): string[] {
  const text = withoutCode(markdown);
  const inline = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g;
  const reference = /^\[[^\]]+\]:\s*(\S+)/gm;
  const html = /\b(?:href|src)="([^"]+)"/g;
  return [inline, reference, html].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, target = '']) => target),
  );
}

/** Lists the anchors of a document's headings, as GitHub derives them. */
export function listAnchors(markdown: string): string[] {
  const text = markdown.replaceAll(/^ *(```+|~~~+).*?^ *\1 *$/gms, '');
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, title = '']) => {
    const anchor = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** Reads the anchors of a document. */
export const readAnchors = (file: string): string[] => listAnchors(readFileSync(file, 'utf8'));
