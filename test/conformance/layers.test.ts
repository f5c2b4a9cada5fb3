import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { type Layer, layers } from './layer-rules.ts';
import {
  findCycle,
  type Import,
  isWithin,
  listImports,
  sourceFiles,
  sourceImports,
} from './source-imports.ts';

/** Returns the imports that break a rule, each as a line to read. */
const findBreaking = (rule: (found: Import) => boolean) =>
  sourceImports.filter(rule).map(({ file, target }) => `${file} -> ${target}`);

const isAllowed = ({ files, node, values, types }: Layer, { target, typeOnly }: Import) =>
  isWithin(target, ...files, ...values) ||
  (node && isBuiltin(target)) ||
  (typeOnly && isWithin(target, ...types));

describe('listImports', () => {
  it('reads every form of import', () => {
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
});

describe('findCycle', () => {
  it('returns a cycle', () => {
    const edges = ['a b', 'b c', 'c d', 'd b'].map((edge) => {
      const [file = '', target = ''] = edge.split(' ');
      return { file, target, typeOnly: true };
    });
    expect(findCycle(edges)).toBe('b -> c -> d -> b');
  });

  it('finds no cycle in the sources, types included', () => {
    expect(findCycle(sourceImports)).toBeUndefined();
  });
});

describe('the layers', () => {
  it('contain every source file exactly once', () => {
    const misplaced = sourceFiles.filter(
      (file) => layers.filter(({ files }) => isWithin(file, ...files)).length !== 1,
    );
    expect(misplaced).toEqual([]);
  });

  it.each(layers.map((layer) => [layer.files.join(', '), layer] as const))(
    'limit the imports of %s to the layers below',
    (_, layer) => {
      expect(
        findBreaking((found) => isWithin(found.file, ...layer.files) && !isAllowed(layer, found)),
      ).toEqual([]);
    },
  );

  it('import only files that exist', () => {
    const missing = findBreaking(
      ({ target }) =>
        isWithin(target, 'schemas', 'src') &&
        !sourceFiles.includes(target) &&
        // The build writes it.
        target !== 'src/generated/page.json',
    );
    expect(missing).toEqual([]);
  });

  it('create clients of the AWS SDK only in the local stack and in the operator’s commands', () => {
    const creating = sourceImports
      .filter(({ target }) => isWithin(target, '@aws-sdk'))
      .map(({ file }) => file)
      .filter((file) => /\bnew \w*Client\b|Client\.from\b/.test(readFileSync(file, 'utf8')));
    expect(creating.filter((file) => !isWithin(file, 'src/local', 'src/ops'))).toEqual([]);
  });
});
