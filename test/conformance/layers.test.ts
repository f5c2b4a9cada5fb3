import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path/posix';

/** One file naming another, or a package. */
interface Import {
  readonly file: string;
  /** A path from the root, or a package's name. */
  readonly target: string;
  /** Whether nothing of it is left when the types are stripped. */
  readonly typeOnly: boolean;
}

const files = ['schemas', 'src']
  .flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => join(root, file)),
  )
  .filter((file) => /\.[cm]?tsx?$/.test(file));

const statement = /^\s*(?:import|export)\b(\s+type\b)?[^'";]*?\bfrom\s+'([^']+)'/gm;
const bare = /^\s*import\s+'([^']+)'/gm;
const dynamic = /\bimport\s*\(\s*'([^']+)'/g;

/** The imports of a file: statements, dynamic ones, and those of a type alone. */
function listImports(file: string, source: string): Import[] {
  const found = [
    ...[...source.matchAll(statement)].map(([, type, name = '']) => ({ name, typeOnly: !!type })),
    ...[bare, dynamic].flatMap((pattern) =>
      [...source.matchAll(pattern)].map(([, name = '']) => ({ name, typeOnly: false })),
    ),
  ];
  return found.map(({ name, typeOnly }) => ({ file, target: resolveTarget(file, name), typeOnly }));
}

/** A generated module is known by its declaration: it is that which imports. */
const resolveTarget = (file: string, name: string) =>
  name.startsWith('.') ? join(dirname(file), name).replace(/\.cjs$/, '.d.cts') : name;

const imports = files.flatMap((file) => listImports(file, readFileSync(file, 'utf8')));

const isWithin = (path: string, ...places: string[]) =>
  places.some((place) => path === place || path.startsWith(`${place}/`));

/** The imports that break a rule, to be read by who broke it. */
const findBreaking = (rule: (found: Import) => boolean) =>
  imports.filter(rule).map(({ file, target }) => `${file} -> ${target}`);

/** The first way that leads from a file back to itself, found depth first. */
function findCycle(edges: readonly Import[]): string | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file].join(' -> ');
    if (done.has(file)) return undefined;
    for (const edge of edges) {
      const cycle = edge.file === file && visit(edge.target, [...way, file]);
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

describe('the layers', () => {
  it('are read from every form of import', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import b, {\n  type C,\n} from '../b.ts';",
      "export * from './c/d.ts';",
      "export type { E } from 'e';",
      "import 'f';",
      "const g = await import('./g.ts');",
      "import h from './h.cjs';",
    ].join('\n');
    expect(listImports('src/x/y.ts', source)).toEqual([
      { file: 'src/x/y.ts', target: 'src/x/a.ts', typeOnly: true },
      { file: 'src/x/y.ts', target: 'src/b.ts', typeOnly: false },
      { file: 'src/x/y.ts', target: 'src/x/c/d.ts', typeOnly: false },
      { file: 'src/x/y.ts', target: 'e', typeOnly: true },
      { file: 'src/x/y.ts', target: 'src/x/h.d.cts', typeOnly: false },
      { file: 'src/x/y.ts', target: 'f', typeOnly: false },
      { file: 'src/x/y.ts', target: 'src/x/g.ts', typeOnly: false },
    ]);
  });

  it('import only files that were read too', () => {
    expect(
      findBreaking(
        ({ target }) =>
          isWithin(target, 'schemas', 'src') &&
          !files.includes(target) &&
          // The build writes it.
          target !== 'src/generated/page.json',
      ),
    ).toEqual([]);
  });

  it('keep schemas on the ground: it imports itself and the types of json-schema-to-ts', () => {
    expect(
      findBreaking(
        ({ file, target, typeOnly }) =>
          isWithin(file, 'schemas') &&
          !isWithin(target, 'schemas') &&
          !(target === 'json-schema-to-ts' && typeOnly),
      ),
    ).toEqual([]);
  });

  it('name the AWS SDK only where AWS is spoken to, in the local stack and in the operator’s commands', () => {
    const mayKnow = ['src/server/aws', 'src/local', 'src/ops'];
    expect(
      findBreaking(
        ({ file, target }) => isWithin(target, '@aws-sdk') && !isWithin(file, ...mayKnow),
      ),
    ).toEqual([]);
  });

  it('make clients of the SDK only in the local stack and in the operator’s commands', () => {
    const knowing = imports.filter(({ target }) => isWithin(target, '@aws-sdk'));
    const making = knowing
      .map(({ file }) => file)
      .filter((file) => /\bnew \w*Client\b|Client\.from\b/.test(readFileSync(file, 'utf8')));
    expect(making.filter((file) => !isWithin(file, 'src/local', 'src/ops'))).toEqual([]);
  });

  it('check tokens in one place', () => {
    expect(
      findBreaking(
        ({ file, target }) => isWithin(target, 'jose') && !isWithin(file, 'src/server/auth'),
      ),
    ).toEqual([]);
  });

  it('leave the local stack, the build and the operator’s commands out of what is deployed', () => {
    const aside = ['src/local', 'src/build', 'src/ops'];
    expect(
      findBreaking(({ file, target }) => isWithin(target, ...aside) && !isWithin(file, ...aside)),
    ).toEqual([]);
  });

  it('let the store know nothing of what is built on it', () => {
    const above = ['actions', 'routes', 'http', 'middleware', 'delivery', 'handler.ts'].map(
      (name) => `src/server/${name}`,
    );
    expect(
      findBreaking(
        ({ file, target }) => isWithin(file, 'src/server/store') && isWithin(target, ...above),
      ),
    ).toEqual([]);
  });

  it('let the operator’s commands know the store and the SDK, and nothing of requests', () => {
    const mayKnow = ['src/ops', 'src/server/store', '@aws-sdk', 'src/server/lib'];
    expect(
      findBreaking(
        ({ file, target, typeOnly }) =>
          isWithin(file, 'src/ops') &&
          !isWithin(target, ...mayKnow) &&
          !isBuiltin(target) &&
          !(isWithin(target, 'schemas', 'src/server/aws') && typeOnly),
      ),
    ).toEqual([]);
  });

  it('let the delivery know the store by its types alone', () => {
    expect(
      findBreaking(
        ({ file, target, typeOnly }) =>
          isWithin(file, 'src/server/delivery') &&
          isWithin(target, 'src/server/store') &&
          !typeOnly,
      ),
    ).toEqual([]);
  });

  it('let the client know the types of the contract and nothing else of ours', () => {
    expect(
      findBreaking(
        ({ file, target, typeOnly }) =>
          isWithin(file, 'src/client') &&
          !isWithin(target, 'src/client') &&
          !(isWithin(target, 'schemas') && typeOnly),
      ),
    ).toEqual([]);
  });

  it('let the page know the client and its view library, and nothing else', () => {
    expect(
      findBreaking(
        ({ file, target }) =>
          isWithin(file, 'src/web') &&
          !isWithin(target, 'src/web', 'preact') &&
          target !== 'src/client/index.ts',
      ),
    ).toEqual([]);
  });

  it('let nothing know the page', () => {
    expect(
      findBreaking(({ file, target }) => isWithin(target, 'src/web') && !isWithin(file, 'src/web')),
    ).toEqual([]);
  });

  it('have no cycle, types included', () => {
    expect(findCycle(imports)).toBeUndefined();
  });

  it('would show a cycle if there were one', () => {
    const edges = ['a b', 'b c', 'c d', 'd b'].map((edge) => {
      const [file = '', target = ''] = edge.split(' ');
      return { file, target, typeOnly: true };
    });
    expect(findCycle(edges)).toBe('b -> c -> d -> b');
  });
});
