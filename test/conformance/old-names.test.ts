import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/**
 * Names that had a clearer successor. `names` must not come back at all. `namesByFile` lists everyday words.
 * They are only forbidden in the file where they were misleading.
 */
interface OldNames {
  readonly names: readonly string[];
  readonly namesByFile: Readonly<Record<string, readonly string[]>>;
}

const oldNames: OldNames = JSON.parse(readFileSync('test/conformance/old-names.json', 'utf8'));

/** Lists the identifiers of a source, private members and types included. */
function listIdentifiers(source: string, tsx = false): Set<string> {
  const identifiers = new Set<string>();
  // The replacer visits every node of the syntax tree.
  JSON.stringify(parseSync(source, { syntax: 'typescript', tsx, target: 'es2024' }), (_, node) => {
    if (node?.type === 'Identifier' || node?.type === 'PrivateName') identifiers.add(node.value);
    return node;
  });
  return identifiers;
}

const readIdentifiers = (file: string) =>
  listIdentifiers(readFileSync(file, 'utf8'), file.endsWith('x'));

/** The changelog names what it renames, and the style guide shows what to avoid. */
const documents = globSync(['*.md', 'docs/**/*.md', 'schemas/*.md', 'tools/**/*.md'], {
  exclude: ['**/node_modules/**'],
}).filter((file) => !['CHANGELOG.md', 'docs/style.md'].includes(file));

/** Lists the identifiers in the code spans of a document. */
const listCodeSpans = (markdown: string): Set<string> =>
  new Set([...markdown.matchAll(/`#?(\w+)(?:\(\))?`/g)].map(([, name = '']) => name));

describe('listIdentifiers', () => {
  it('finds variables, members, private members and types', () => {
    const source = 'class A { #b = c.d; } type E = F<"g">; // h';
    expect([...listIdentifiers(source)].sort()).toEqual(['A', 'E', 'F', 'b', 'c', 'd']);
  });
});

describe('the old names', () => {
  it('do not come back in the sources', () => {
    const found = globSync('{schemas,src}/**/*.{ts,tsx}').flatMap((file) => {
      const identifiers = readIdentifiers(file);
      return oldNames.names
        .filter((name) => identifiers.has(name))
        .map((name) => `${file}: ${name}`);
    });
    expect(found).toEqual([]);
  });

  it.each(Object.entries(oldNames.namesByFile))('do not come back in %s', (file, names) => {
    const identifiers = readIdentifiers(file);
    expect(names.filter((name) => identifiers.has(name))).toEqual([]);
  });

  it.each(['serverless.yml', 'src/ops/alarms.yml'])('do not come back in %s', (file) => {
    const words = new Set(readFileSync(file, 'utf8').match(/\w+/g));
    expect(oldNames.names.filter((name) => words.has(name))).toEqual([]);
  });

  it('do not come back in the documents', () => {
    expect(documents.length).toBeGreaterThan(10);
    const found = documents.flatMap((file) => {
      const spans = listCodeSpans(readFileSync(file, 'utf8'));
      return oldNames.names.filter((name) => spans.has(name)).map((name) => `${file}: ${name}`);
    });
    expect(found).toEqual([]);
  });
});
