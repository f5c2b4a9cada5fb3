type Row = readonly (string | number)[];

/** Returns a Markdown table. With `numeric`, all columns but the first are right-aligned. */
export function formatTable(
  headings: readonly string[],
  rows: readonly Row[],
  { numeric = false }: { readonly numeric?: boolean } = {},
): string {
  const rule = headings.map((_, index) => (numeric && index > 0 ? '---:' : '---'));
  const lines: readonly Row[] = [headings, rule, ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Replaces each named section of a document: the text between `<!-- generated:NAME -->` and
 * `<!-- /generated:NAME -->`.
 *
 * @throws Error if the document lacks a marker.
 */
export function fillSections(document: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce((text, [name, content]) => {
    const opening = `<!-- generated:${name} -->`;
    const start = text.indexOf(opening);
    const end = text.indexOf(`<!-- /generated:${name} -->`);
    if (start < 0 || end < start) throw new Error(`The document lacks the markers of ${name}.`);
    return `${text.slice(0, start)}${opening}\n\n${content}\n\n${text.slice(end)}`;
  }, document);
}

/** Lists the names of a document's sections, in their order. */
export function listSections(document: string): string[] {
  return [...document.matchAll(/^<!-- generated:([\w-]+) -->$/gm)].map(([, name = '']) => name);
}
