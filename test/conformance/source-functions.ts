import { parseSync } from '@swc/core';

/** A function of a source file, with its length in lines. */
export interface SourceFunction {
  readonly name: string;
  readonly lines: number;
}

/** A node of the syntax tree, or a value of one. */
type Node = Readonly<Record<string, unknown>>;

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'Constructor',
  'ClassMethod',
  'PrivateMethod',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

/** The start and the end of a node, in bytes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Lists the functions of a source: declarations, methods, accessors and arrows, nested ones
 * included. A nested function counts as one line of the function around it. A factory is therefore as
 * long as its own code.
 */
export function listFunctions(source: string, tsx = false): SourceFunction[] {
  // Positions count bytes from the first token, across all files of a process. This token is at byte 0.
  const text = Buffer.from(`;${source}`);
  const module = parseSync(text.toString(), { syntax: 'typescript', tsx, target: 'es2024' });
  const countLineBreaks = ({ start, end }: Span) =>
    text.subarray(start - module.span.start, end - module.span.start).filter((byte) => byte === 10)
      .length;
  const collect = (value: unknown, parentName: string): FoundFunction[] => {
    if (typeof value !== 'object' || value === null) return [];
    if (Array.isArray(value)) return value.flatMap((item) => collect(item, parentName));
    const node = value as Node;
    const name = getName(node) ?? parentName;
    const inner = Object.values(node).flatMap((child) => collect(child, name));
    if (!functionTypes.has(String(node['type']))) return inner;
    const all = countLineBreaks(node['span'] as Span);
    const nested = inner.filter(({ isNested }) => !isNested);
    const lines = 1 + all - nested.reduce((sum, { lineBreaks }) => sum + lineBreaks, 0);
    return [
      { name, lines, lineBreaks: all, isNested: false },
      ...inner.map((found) => ({ ...found, isNested: true })),
    ];
  };
  return collect(module, 'module').map(({ name, lines }) => ({ name, lines }));
}

interface FoundFunction extends SourceFunction {
  readonly lineBreaks: number;
  readonly isNested: boolean;
}

/** Returns the name that a node gives to itself or to its value. */
function getName(node: Node): string | undefined {
  if (node['type'] === 'Constructor') return 'constructor';
  for (const key of ['identifier', 'key', 'id']) {
    const { value, id } = (node[key] ?? {}) as Node;
    if (typeof value === 'string') return value;
    if (typeof id === 'object' && id !== null) return getName({ id });
  }
  return undefined;
}
