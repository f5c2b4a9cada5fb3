import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync } from '@swc/core';

/** Titles in a source, as they are written there: `%s` and all. */
export interface TestNames {
  /** Title of each `describe` and of each test. */
  readonly titles: string[];
  /** Full name of each test: the titles of its suites, and its own. */
  readonly tests: string[];
}

/** Part of a syntax tree that is read here. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly arguments?: readonly { readonly expression: Node }[];
  readonly object?: Node;
  readonly property?: Node;
  readonly quasis?: readonly { readonly cooked: string }[];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Returns the dotted name of a callee, such as `it.concurrent.each` for `it.concurrent.each(…)(…)`. */
function getCalleeName(node: Node | undefined): string {
  if (node?.type === 'CallExpression') return getCalleeName(node.callee);
  if (node?.type === 'MemberExpression')
    return `${getCalleeName(node.object)}.${node.property?.value}`;
  return node?.type === 'Identifier' ? String(node.value) : '';
}

/** Returns the title of `it(…)`, `it.each(…)(…)` and the like, if it is a literal. */
function getTitle(call: Node, name: string): string | undefined {
  // `it.each(…)` alone is the table, and only its call has the title.
  if (name.endsWith('.each') && call.callee?.type !== 'CallExpression') return undefined;
  const literal = call.arguments?.[0]?.expression;
  if (literal?.type === 'StringLiteral') return String(literal.value);
  if (literal?.type === 'TemplateLiteral')
    return literal.quasis?.map(({ cooked }) => cooked).join('…');
  return undefined;
}

const skippedPattern = /^(x(it|test|describe)\b|(it|test|describe)\.(.*\.)?(skip|todo)\b)/;
const suitePattern = /^describe(\.(each|only))*$/;
const testPattern = /^(it|test)(\.(each|concurrent|only))*$/;

/** Lists the suites and tests of a source. Skipped ones do not count. */
export function parseTestNames(source: string): TestNames {
  const names: TestNames = { titles: [], tests: [] };
  const visit = (node: unknown, suites: readonly string[]): void => {
    if (!isNode(node)) return;
    let inner = suites;
    if (node.type === 'CallExpression') {
      const name = getCalleeName(node.callee);
      if (skippedPattern.test(name)) return;
      const title = getTitle(node, name);
      const isSuite = suitePattern.test(name);
      if (title !== undefined && (isSuite || testPattern.test(name))) {
        inner = [...suites, title];
        names.titles.push(title);
        if (!isSuite) names.tests.push(inner.join(' '));
      }
    }
    for (const child of Object.values(node)) visit(child, inner);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }), []);
  return names;
}

/** Lists the files below `test` that Jest runs: its test files, and all that they import there. */
export function listTestFiles(): string[] {
  const pending = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name));
  const found = new Set(pending);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+\.ts)'/g)) {
      const imported = join(dirname(file), target);
      if (imported.startsWith('test/') && existsSync(imported) && !found.has(imported)) {
        found.add(imported);
        pending.push(imported);
      }
    }
  }
  return [...found].toSorted();
}
