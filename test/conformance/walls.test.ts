import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** A part of the repository, with the globals that compile in it and those that do not. */
interface Wall {
  readonly part: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

const nodeGlobals = ['Buffer', 'process', 'setImmediate'];
const jestGlobals = ['describe', 'expect', 'jest'];
const domGlobals = ['document', 'window'];
const standardGlobals = ['AbortController', 'WebSocket', 'crypto', 'queueMicrotask', 'setTimeout'];

const walls: readonly Wall[] = [
  {
    part: 'schemas',
    accepted: [],
    rejected: [...nodeGlobals, ...jestGlobals, ...domGlobals, ...standardGlobals],
  },
  {
    part: 'src/client',
    accepted: standardGlobals,
    rejected: [...nodeGlobals, ...jestGlobals, ...domGlobals],
  },
  {
    part: 'src/web',
    accepted: [...domGlobals, ...standardGlobals],
    rejected: [...nodeGlobals, ...jestGlobals],
  },
  ...['src/server', 'src/build', 'src/ops', 'tools'].map((part) => ({
    part,
    accepted: [...nodeGlobals, ...standardGlobals],
    rejected: [...jestGlobals, ...domGlobals],
  })),
  { part: 'test', accepted: [...nodeGlobals, ...jestGlobals], rejected: domGlobals },
];

/** Runs the compiler and returns its output, errors included. */
function runCompiler(...args: readonly string[]): Promise<string> {
  const command = resolve('node_modules/.bin/tsc');
  return new Promise((done) => {
    execFile(command, args, { maxBuffer: 2 ** 26 }, (_, stdout) => done(stdout));
  });
}

/** Compiles a part with a file in it that uses each global on a line of its own. */
async function findRejected(part: string, globals: readonly string[]): Promise<string[]> {
  mkdirSync('.tsbuild', { recursive: true });
  const folder = mkdtempSync('.tsbuild/wall-');
  try {
    const probe = join(folder, 'probe.ts');
    writeFileSync(probe, globals.map((name) => `export const ${name}_ = ${name};`).join('\n'));
    const { include = ['.'], exclude, references } = readConfig(part);
    const toProbePath = (path: string) => relative(folder, join(part, path));
    const config = {
      extends: toProbePath('tsconfig.json'),
      compilerOptions: { noEmit: true, composite: false, emitDeclarationOnly: false },
      files: ['probe.ts'],
      include: include.map(toProbePath),
      exclude: exclude?.map(toProbePath),
      references: references?.map(({ path }) => ({ path: toProbePath(path) })),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const output = await runCompiler('--pretty', 'false', '-p', folder);
    const errors = output.matchAll(/probe\.ts\((\d+),\d+\): error TS\d+: Cannot find name/g);
    return [...errors].map(([, line]) => globals[Number(line) - 1] ?? 'unknown');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Config {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly references?: readonly { readonly path: string }[];
}

const readConfig = (folder: string): Config =>
  JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));

/** Lists the written sources that the compiler reads for one part. */
async function listCheckedFiles(part: string): Promise<string[]> {
  const output = await runCompiler('-p', part, '--listFilesOnly');
  return output
    .split('\n')
    .map((file) => relative('.', file))
    .filter((file) => /^(schemas|src|test|tools)\/(?!generated).*tsx?$/.test(file));
}

describe('the type walls', () => {
  it.each(walls)(
    'reject the globals of other platforms in $part',
    async ({ part, accepted, rejected }) => {
      expect(await findRejected(part, [...accepted, ...rejected])).toEqual(rejected);
    },
  );

  it('check every source file in exactly one part', async () => {
    const parts = readConfig('.').references?.map(({ path }) => path) ?? [];
    const checked = await Promise.all(parts.map(listCheckedFiles));
    const sources = globSync('{schemas,src,test,tools}/**/*.{ts,tsx}', {
      exclude: ['**/node_modules/**'],
    });
    expect(checked.flat().sort()).toEqual(sources.sort());
  });
});
