import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** A sentence or phrase that people read, with the line on which its block starts. */
export interface Phrase {
  readonly line: number;
  readonly text: string;
}

/** A phrase that breaks a rule of `docs/style.md`. */
export interface Problem extends Phrase {
  readonly rule: string;
}

/** Longest sentence, in words. A code span counts as one word. */
export const maxWords = 20;

/** Lists the rejected phrases: the code spans in the first column of a table in `docs/style.md`. */
export function readRejectedPhrases(): string[] {
  const [, section = ''] = readFileSync('docs/style.md', 'utf8').split('\n## Rejected words\n');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, phrase = '']) => phrase),
  );
}

const rejectedPattern = new RegExp(`\\b(${readRejectedPhrases().join('|')})\\b`, 'i');

/** A relative clause in the place of the subject. Questions may start that way. */
const clauseFirst = /^(Who|Whom|Whose|What|Where|Which)\b[^?]*$/;

/** Finds the rules that a phrase breaks. */
export function checkPhrase(phrase: Phrase): Problem[] {
  const text = phrase.text.replaceAll('’', "'");
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const rejected = rejectedPattern.exec(text)?.[0];
  const rules = [
    rejected !== undefined && `rejected: "${rejected}"`,
    clauseFirst.test(text) && 'starts with a relative clause',
    words > maxWords && `${words} words`,
  ];
  return rules.flatMap((rule) => (rule === false ? [] : [{ ...phrase, rule }]));
}

/** Splits a block into sentences. */
function toSentences({ line, text }: Phrase): Phrase[] {
  const sentences = text
    .replace(/\b(e\.g|i\.e|etc|vs|approx)\./g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?][)"”]?)\s+(?=[^a-z])/);
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => ({ line, text: sentence }));
}

/** Removes markup. A code span becomes the word "code", a URL the word "link". */
const toPlainText = (markdown: string): string =>
  markdown
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/https?:\/\/[^\s)]+/g, 'link')
    .replace(/<[^>]*>/g, '')
    .replace(/[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}/g, '');

/** Collects consecutive lines into blocks. */
class BlockCollector {
  readonly blocks: { readonly line: number; text: string }[] = [];
  #isOpen = false;

  /** Adds a line to the open block, or opens one. */
  append(line: number, text: string): void {
    const last = this.blocks.at(-1);
    if (this.#isOpen && last) last.text += ` ${text}`;
    else this.start(line, text);
  }

  /** Opens a block. */
  start(line: number, text: string): void {
    this.blocks.push({ line, text });
    this.#isOpen = true;
  }

  /** Closes the open block, if there is one. */
  close(): void {
    this.#isOpen = false;
  }
}

/** Blanks fenced code and HTML comments, so that line numbers stay. */
const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^ *(```+|~~~+).*?^ *\1 *$|<!--.*?-->/gms, (text) =>
    text.replaceAll(/[^\n]/g, ''),
  );

/** Returns the blocks of a Markdown document: paragraphs, list items and table cells. */
function readMarkdown(source: string): Phrase[] {
  const collector = new BlockCollector();
  withoutCode(source)
    .split('\n')
    .forEach((raw, index) => {
      const line = raw.trim();
      const item = /^(?:[-*+]|\d+\.)\s+(.*)$/.exec(line)?.[1];
      if (line === '' || line.startsWith('#') || /^\|[\s:|-]+\|$/.test(line)) collector.close();
      else if (line.startsWith('|')) {
        for (const cell of line.split(/(?<!\\)\|/)) collector.start(index + 1, cell);
        collector.close();
      } else if (item !== undefined) collector.start(index + 1, item);
      else collector.append(index + 1, line.replace(/^>\s*/, ''));
    });
  return collector.blocks;
}

const commentMarkers: Readonly<Record<string, RegExp>> = {
  '.yml': /^\s*#\s?(.*)$/,
  '.css': /^\s*(?:\/\*+|\*)\s?(.*)$/,
};

const codeCommentMarker = /^\s*(?:\{?\/\*+|\*(?![*/])|\*(?=\/)|\/\/)\s?(.*)$/;

/** An indented drawing, or a row of a table, is not a sentence. */
const drawing = /^ {4}|^\|/;

/** Returns the blocks of a source's comments. An empty line, an item or a tag starts a new block. */
function readComments(source: string, marker: RegExp): Phrase[] {
  const collector = new BlockCollector();
  source.split('\n').forEach((raw, index) => {
    const content = marker.exec(raw)?.[1] ?? '';
    const isProse = !drawing.test(content);
    const text = isProse ? content.replace(/(?:^|\*+)\/\}?\s*$/, '').trim() : '';
    const tag = /^(?:@\w+|[-*] )\s*/.exec(text)?.[0];
    if (!text || /^(biome-ignore|@ts-|#!)/.test(text)) collector.close();
    else if (tag !== undefined) collector.start(index + 1, text.slice(tag.length));
    else collector.append(index + 1, text);
    if (/\*\/\}?\s*$/.test(raw)) collector.close();
  });
  return collector.blocks.filter(({ text }) => /[a-z]/i.test(text));
}

/** Reads the sentences that people read in a file: the prose of Markdown, the comments of code. */
export function readPhrases(file: string): Phrase[] {
  return parsePhrases(readFileSync(file, 'utf8'), extname(file));
}

/** Returns the sentences of a source, by its file extension. */
export function parsePhrases(source: string, extension: string): Phrase[] {
  const blocks =
    extension === '.md'
      ? readMarkdown(source)
      : readComments(source, commentMarkers[extension] ?? codeCommentMarker);
  return blocks.map(({ line, text }) => ({ line, text: toPlainText(text) })).flatMap(toSentences);
}
