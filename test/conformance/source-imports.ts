import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** One file that names another file, or a package. */
export interface Import {
  readonly file: string;
  /** A path from the root, or the name of a package. */
  readonly target: string;
  /** Whether stripping the types removes the import. */
  readonly typeOnly: boolean;
}

/** Every source file, by its path from the root. */
export const sourceFiles = ['schemas', 'src']
  .flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => join(root, file)),
  )
  .filter((file) => /\.[cm]?tsx?$/.test(file));

const statement = /^\s*(?:import|export)\b(\s+type\b)?[^'";]*?\bfrom\s+'([^']+)'/gm;
const bare = /^\s*import\s+'([^']+)'/gm;
const dynamic = /\bimport\s*\(\s*'([^']+)'/g;

/** Lists the imports of a file: statements, dynamic imports, and type-only imports. */
export function listImports(file: string, source: string): Import[] {
  const found = [
    ...[...source.matchAll(statement)].map(([, type, name = '']) => ({ name, typeOnly: !!type })),
    ...[bare, dynamic].flatMap((pattern) =>
      [...source.matchAll(pattern)].map(([, name = '']) => ({ name, typeOnly: false })),
    ),
  ];
  return found.map(({ name, typeOnly }) => ({ file, target: resolveTarget(file, name), typeOnly }));
}

/** A generated module is known by its declaration, since the declaration has the imports. */
const resolveTarget = (file: string, name: string) =>
  name.startsWith('.') ? join(dirname(file), name).replace(/\.cjs$/, '.d.cts') : name;

/** Every import of every source file. */
export const sourceImports = sourceFiles.flatMap((file) =>
  listImports(file, readFileSync(file, 'utf8')),
);

/** Returns whether a path is one of these places, or inside one of them. */
export const isWithin = (path: string, ...places: readonly string[]) =>
  places.some((place) => path === place || path.startsWith(`${place}/`));

/** Returns the first cycle that a depth-first search finds. */
export function findCycle(edges: readonly Import[]): string | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' -> ');
    if (done.has(file)) return undefined;
    for (const edge of edges) {
      const cycle = edge.file === file && visit(edge.target, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const { file } of edges) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
