import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const modules = join(root, 'node_modules');

/** One line of a file that does not compile. */
interface Diagnostic {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** What the compiler says of a file, under the project's own options. */
async function compile(source: string): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), 'types-'));
  try {
    await writeFile(join(folder, 'types.ts'), source.replaceAll("'../../../", `'${root}/`));
    const compilerOptions = {
      typeRoots: [join(modules, '@types')],
      paths: { '*': [join(modules, '@types/*'), join(modules, '*')] },
    };
    const project = { extends: join(root, 'tsconfig.json'), compilerOptions };
    const config = { ...project, include: [], files: ['types.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const arguments_ = ['--pretty', 'false', '--project', folder];
    const output = await new Promise<string>((resolve) => {
      execFile(join(modules, '.bin/tsc'), arguments_, (_, stdout) => resolve(stdout));
    });
    return parseDiagnostics(output);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The errors in what the compiler says, each with the lines that explain it. */
const parseDiagnostics = (output: string): Diagnostic[] =>
  output.split(/\n(?=\S)/).flatMap((text) => {
    const [, line, code, message] = /\((\d+),\d+\): error TS(\d+): (.*)/s.exec(text) ?? [];
    return line && code && message ? [{ line: Number(line), code, message }] : [];
  });

describe('the types of the client', () => {
  it('refuse each line that must not compile, for its own reason, and nothing else', async () => {
    const source = await readFile(join(__dirname, 'type-assertions.ts'), 'utf8');
    const expected = source.split('\n').flatMap((text, index) => {
      const [, code, about] = /@ts-expect-error (\d+) ?(.*)/.exec(text) ?? [];
      return code ? [{ line: index + 2, code, message: expect.stringContaining(about ?? '') }] : [];
    });
    expect(expected.length).toBeGreaterThan(40);
    expect(await compile(source.replaceAll('@ts-expect-error', ''))).toEqual(expected);
  });
});
