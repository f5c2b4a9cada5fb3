import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path/posix';
import { parseSync } from '@swc/core';

/** A test that a row names: where it is, and what it is called there, `%s` and all. */
interface CitedTest {
  readonly row: string;
  readonly file: string;
  readonly name: string;
}

const text = readFileSync('SECURITY.md', 'utf8');

/** The rows of the tables that cite tests, but for their heads, cell by cell. */
const rows = text
  .split('\n')
  .filter((line) => /^\| (?!what |---)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

const citedTests = rows.flatMap(([row = '', , tests = '']) =>
  tests.split('<br>').map((one): CitedTest => {
    const [, file = '', name = ''] = /^`(test\/[^`]+)` (.+)$/.exec(one.trim()) ?? [];
    return { row, file, name };
  }),
);

/** What of a syntax tree is looked at here. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly arguments?: readonly { readonly expression: Node }[];
  readonly object?: Node;
  readonly property?: Node;
}

/** `it(…)` and `it.each(…)(…)`, but none that is skipped: that shows nothing. */
function isTest({ callee }: Node): boolean {
  const callTarget = callee?.type === 'CallExpression' ? callee.callee : callee;
  const isEach = callTarget !== callee;
  const [object, property] =
    callTarget?.type === 'MemberExpression'
      ? [callTarget.object, callTarget.property?.value]
      : [callTarget, undefined];
  const isNamed = object?.type === 'Identifier' && object.value === 'it';
  return isNamed && property === (isEach ? 'each' : undefined);
}

/** Whether it is `it.skip(…)` or `describe.skip(…)`: nothing in there runs. */
const isSkipped = ({ callee }: Node) =>
  callee?.type === 'MemberExpression' && callee.property?.value === 'skip';

/** The names of the tests in a source, as they are written there. */
function listTests(source: string): string[] {
  const names: string[] = [];
  const visit = (node: unknown): void => {
    const call: Node = Object(node);
    if (call.type === 'CallExpression') {
      if (isSkipped(call)) return;
      const name = call.arguments?.[0]?.expression;
      if (isTest(call) && name?.type === 'StringLiteral') names.push(String(name.value));
    }
    for (const child of Object.values(call)) if (Object(child) === child) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }));
  return names;
}

/** Whether jest runs a file: by its name, or because a test beside it imports it. */
function isRun(file: string): boolean {
  if (file.endsWith('.test.ts')) return true;
  return readdirSync(dirname(file))
    .filter((name) => name.endsWith('.test.ts'))
    .some((name) =>
      readFileSync(join(dirname(file), name), 'utf8').includes(`'./${basename(file)}'`),
    );
}

describe('the threat model', () => {
  it('has rows, each with a test', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((cells) => cells.length !== 3)).toEqual([]);
    expect(citedTests.filter(({ file, name }) => file === '' || name === '')).toEqual([]);
  });

  it('names only tests that there are, and that run', () => {
    const missing = citedTests.filter(
      ({ file, name }) =>
        !existsSync(file) || !isRun(file) || !listTests(readFileSync(file, 'utf8')).includes(name),
    );
    expect(missing).toEqual([]);
  });

  it('names every test that was written for it', () => {
    const folder = 'test/integration/security';
    const written = readdirSync(folder).flatMap((name) =>
      listTests(readFileSync(join(folder, name), 'utf8')).map(
        (test) => `${join(folder, name)} ${test}`,
      ),
    );
    const named = new Set(citedTests.map(({ file, name }) => `${file} ${name}`));
    expect(written.filter((one) => !named.has(one))).toEqual([]);
  });

  it('links to passages that there are', () => {
    const links = [...text.matchAll(/\]\(([\w.]+)#([\w-]+)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, file = '', anchor] of links) {
      const titles = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)];
      const anchors = titles.map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
      expect(anchors).toContain(anchor);
    }
  });

  it('takes for a test what jest takes for one', () => {
    const source = `
      it('a', () => {});
      it.each([1])('b %i', () => {});
      describe('c', () => { it("d ’s", () => {}); });
      it.skip('e', () => {});
      it.skip.each([1])('f', () => {});
      describe.skip('g', () => { it('h', () => {}); });
      it.todo('i');
      other('j', () => {}); it.each(['k'])(l, () => {});
      // it('m', () => {});
      describe.each([1])('n', () => { it('o', () => {}); });
      const text = "it('p', () => {})";`;
    expect(listTests(source)).toEqual(['a', 'b %i', 'd ’s', 'o']);
  });
});
