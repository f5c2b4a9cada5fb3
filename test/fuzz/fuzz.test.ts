import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actions } from '../../schemas/index.ts';
import { runFuzzCases } from './run-cases.ts';

jest.setTimeout(180_000);

describe('the server', () => {
  it('[SEC-012] answers random input with valid frames that leak nothing, in bounded time and memory', async () => {
    const { cases } = await runFuzzCases(2_500, 20_261_122);
    expect(cases).toBe(2_500);
  });
});

/** A regular expression literal of TypeScript, with its flags. */
const regExpLiteral =
  /(?<=[(=,:&|!?] *)\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\n\\[*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\n\\[])*)\/([dgimsuvy]*)(?=[).,;\s])/g;

const comments = /\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gs;

/** Finds the regular expressions that input can meet, in schemas and in source files. */
function findPatterns(): Map<string, RegExp> {
  const patterns = new Map<string, RegExp>();
  JSON.stringify(actions, (key, value) => {
    if (key === 'pattern') patterns.set(value, new RegExp(value, 'u'));
    return value;
  });
  for (const folder of ['schemas', 'src']) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      // Build code never sees input from outside.
      if (!/\.tsx?$/.test(file) || file.startsWith('build/')) continue;
      const source = readFileSync(join(folder, file), 'utf8').replace(comments, '');
      for (const [, pattern = '', flags = ''] of source.matchAll(regExpLiteral))
        patterns.set(`${file} ${pattern}`, new RegExp(pattern, flags));
    }
  }
  return patterns;
}

const textLength = 100_000;
const units = [
  'a',
  ' ',
  '#',
  '"',
  ':',
  '-',
  '0',
  '\\',
  '\t',
  '/',
  'é',
  'a ',
  ' a',
  'a#',
  '";',
  '[a',
  '"a',
  '0.',
];
const heads = ['', 'Bearer ', '"__type":"', '"__type"', 'gzip', 'gzip;q=0', 'gzip;q=0.', '^', '/'];
const tails = ['', '\u0000', '!'];

describe('the regular expressions', () => {
  it('are found in schemas and source files', () => {
    expect(findPatterns().size).toBeGreaterThan(20);
  });

  it.each([...findPatterns()])(
    '[SEC-013] match a long text in linear time: %s',
    (_name, pattern) => {
      for (const head of heads) {
        for (const unit of units) {
          for (const tail of tails) {
            const text = head + unit.repeat(textLength / unit.length) + tail;
            const started = process.cpuUsage();
            text.replace(pattern, '');
            const { user } = process.cpuUsage(started);
            // Linear time is a few milliseconds here. Backtracking takes many seconds.
            if (user > 1_500_000)
              throw new Error(
                `"${head}${unit}…" takes ${user / 1_000} ms. Make the pattern linear.`,
              );
          }
        }
      }
    },
  );
});
