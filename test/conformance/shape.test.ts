import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { listFunctions } from './source-functions.ts';

const maxFileLines = 200;
const maxFunctionLines = 40;

const sourceFiles = globSync('{schemas,src}/**/*.{ts,tsx,css}').filter(
  (file) => !file.startsWith('src/generated/'),
);
const allFiles = [
  ...sourceFiles,
  ...globSync('{test,tools}/**/*.{ts,mjs}', { exclude: ['**/node_modules/**'] }),
];

const readText = (file: string) => readFileSync(file, 'utf8');

const countLines = (file: string) => readText(file).trimEnd().split('\n').length;

describe('listFunctions', () => {
  it('counts the lines of every kind of function', () => {
    const source = [
      '// Ünïcödé before the first function.',
      'export function outer() {',
      '  const inner = () => {',
      '    return 1;',
      '  };',
      '}',
      'class A {',
      '  constructor() {',
      '  }',
      '  get b() { return 1; }',
      '  #c() {',
      '    return {',
      '      d() {},',
      '    };',
      '  }',
      '}',
    ].join('\n');
    expect(listFunctions(source)).toEqual([
      { name: 'outer', lines: 3 },
      { name: 'inner', lines: 3 },
      { name: 'constructor', lines: 2 },
      { name: 'b', lines: 1 },
      { name: 'c', lines: 5 },
      { name: 'd', lines: 1 },
    ]);
  });
});

describe('the sources', () => {
  it('have no loose file in src', () => {
    expect(globSync('src/*.*')).toEqual([]);
  });

  it(`have no file above ${maxFileLines} lines`, () => {
    const long = allFiles.filter((file) => countLines(file) > maxFileLines);
    expect(long.map((file) => `${file}: ${countLines(file)}`)).toEqual([]);
  });

  it(`have no function above ${maxFunctionLines} lines`, () => {
    const long = sourceFiles
      .filter((file) => !file.endsWith('.css'))
      .flatMap((file) =>
        listFunctions(readText(file), file.endsWith('x')).map((found) => ({ file, ...found })),
      )
      .filter(({ lines }) => lines > maxFunctionLines);
    expect(long.map(({ file, name, lines }) => `${file} ${name}: ${lines}`)).toEqual([]);
  });

  it('have file names in kebab-case', () => {
    const pattern = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d))?\.(ts|tsx|css|mjs)$/;
    expect(allFiles.filter((file) => !pattern.test(basename(file)))).toEqual([]);
  });
});
