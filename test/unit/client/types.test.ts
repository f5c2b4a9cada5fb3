import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(__dirname, '../../..');
const modules = join(root, 'node_modules');

/** An error of the compiler. */
interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Compiles files with the options of the project, by file name. Returns their errors. */
async function compile(sources: Readonly<Record<string, string>>): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), 'types-'));
  try {
    for (const [file, source] of Object.entries(sources))
      await writeFile(join(folder, file), source.replaceAll("'../../../", `'${root}/`));
    const compilerOptions = {
      noEmit: true,
      composite: false,
      emitDeclarationOnly: false,
      rootDir: '/',
      types: ['node'],
      typeRoots: [join(modules, '@types')],
      paths: { '*': [join(modules, '@types/*'), join(modules, '*')] },
    };
    const project = { extends: join(root, 'tsconfig.base.json'), compilerOptions };
    const config = { ...project, include: [], files: Object.keys(sources) };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const args = ['--pretty', 'false', '--project', folder];
    const output = await new Promise<string>((resolve) => {
      execFile(join(modules, '.bin/tsc'), args, (_, stdout) => resolve(stdout));
    });
    return parseDiagnostics(output);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the errors in the output of the compiler, each with the lines that explain it. */
const parseDiagnostics = (output: string): Diagnostic[] =>
  output.split(/\n(?=\S)/).flatMap((text) => {
    const [, path, line, code, message] =
      /^(.*)\((\d+),\d+\): error TS(\d+): (.*)/s.exec(text) ?? [];
    if (!path || !line || !code || !message) return [];
    return [{ file: basename(path), line: Number(line), code, message }];
  });

/** Returns the errors that the comments of a file expect on the lines after them. */
const expectedDiagnostics = (file: string, source: string) =>
  source.split('\n').flatMap((text, index) => {
    const [, code, about] = /@ts-expect-error (\d+) ?(.*)/.exec(text) ?? [];
    if (!code) return [];
    return [{ file, line: index + 2, code, message: expect.stringContaining(about ?? '') }];
  });

describe('client types', () => {
  const read = (file: string) => readFile(join(__dirname, file), 'utf8');

  it('accepts the intended usage, and rejects each misuse for its own reason', async () => {
    const usage = await read('type-usage.ts');
    const misuse = await read('type-errors.ts');
    const expected = expectedDiagnostics('type-errors.ts', misuse);
    expect(expected.length).toBeGreaterThan(40);
    const sources = {
      'type-usage.ts': usage,
      'type-errors.ts': misuse.replaceAll('@ts-expect-error', ''),
    };
    expect(await compile(sources)).toEqual(expected);
  });
});
