import { readFileSync } from 'node:fs';
import { type AcceptedSurvivor, checkFile, type MutatedFile } from '../survivors.ts';

const file = 'src/add.ts';
const source = 'const add = (a: number, b: number) => {\n  return a +\n    b;\n};\n';

/** Returns the file with one mutant of `a + b`, and one each of all other states. */
function createFile(status: string): MutatedFile {
  const location = { start: { line: 2, column: 10 }, end: { line: 3, column: 6 } };
  const mutant = { mutatorName: 'ArithmeticOperator', replacement: 'a -\n    b', location };
  const others = ['Killed', 'Timeout', 'CompileError', 'RuntimeError', 'Ignored'];
  return { source, mutants: [status, ...others].map((name) => ({ ...mutant, status: name })) };
}

const survivor = { file, line: 'return a +', original: 'a + b', replacement: 'a - b' };
const accepted: AcceptedSurvivor = { ...survivor, reason: 'Accepted. It is an example.' };

describe('checkFile', () => {
  it.each(['Survived', 'NoCoverage'])('reports a mutant of the state %s', (status) => {
    const result = checkFile(file, createFile(status), []);
    expect(result).toMatchObject({ killed: 2, total: 3, crashed: 1, outdated: [] });
    expect(result.score).toBeCloseTo(66.7, 1);
    const original = 'a +\n    b';
    expect(result.unexpected).toEqual([{ ...survivor, original, replacement: 'a -\n    b' }]);
  });

  it('accepts a listed survivor, which still lowers the score', () => {
    const result = checkFile(file, createFile('Survived'), [accepted]);
    expect(result).toMatchObject({ killed: 2, total: 3, unexpected: [], outdated: [] });
  });

  it('accepts one survivor for each listed one, since lines may be the same', () => {
    const { mutants } = createFile('Survived');
    const twice = { source, mutants: [...mutants, ...mutants] };
    expect(checkFile(file, twice, [accepted]).unexpected).toHaveLength(1);
    expect(checkFile(file, twice, [accepted, accepted]).unexpected).toEqual([]);
  });

  it.each([
    ['on another line', { line: 'return b +' }],
    ['of another file', { file: 'src/subtract.ts' }],
    ['with another replacement', { replacement: 'a * b' }],
  ])('reports a survivor if the listed one is %s', (_case, fields) => {
    const result = checkFile(file, createFile('Survived'), [{ ...accepted, ...fields }]);
    expect(result.unexpected).toHaveLength(1);
  });

  it('reports a listed survivor that a test notices by now', () => {
    expect(checkFile(file, createFile('Killed'), [accepted]).outdated).toEqual([accepted]);
  });
});

describe('the accepted survivors', () => {
  it('are on lines that exist, each with a reason', () => {
    const survivors: AcceptedSurvivor[] = JSON.parse(
      readFileSync('tools/mutation/accepted.json', 'utf8'),
    );
    for (const { file: mutated, line, reason } of survivors) {
      const lines = readFileSync(mutated, 'utf8').split('\n');
      expect(lines.map((text) => text.trim())).toContain(line);
      expect(reason).toMatch(/^(Equivalent|Accepted)\. ./);
    }
  });
});
