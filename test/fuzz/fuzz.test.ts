import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actions } from '../../schemas/index.ts';
import { runFuzzCases } from './cases.ts';

jest.setTimeout(180_000);

describe('hostile input', () => {
  it('is answered by valid frames that tell of nothing inside, in bounded time and memory', async () => {
    const { cases } = await runFuzzCases(2_500, 20_261_122);
    expect(cases).toBe(2_500);
  });
});

/** The regular expressions that input from outside can meet: in schemas and in the source. */
function findPatterns(): Map<string, RegExp> {
  const found = new Map<string, RegExp>();
  JSON.stringify(actions, (key, value) => {
    if (key === 'pattern') found.set(value, new RegExp(value, 'u'));
    return value;
  });
  const literal =
    /(?<=[(=,:&|!?] *)\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\n\\[*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\n\\[])*)\/([dgimsuvy]*)(?=[).,;\s])/g;
  for (const folder of ['schemas', 'src']) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      // What is made when it is built meets no input from outside.
      if (!/\.tsx?$/.test(file) || file.startsWith('build/')) continue;
      const source = readFileSync(join(folder, file), 'utf8').replace(
        /\/\*.*?\*\/|(?<=^|\s)\/\/.*/gs,
        '',
      );
      for (const [, text = '', flags = ''] of source.matchAll(literal))
        found.set(`${file} ${text}`, new RegExp(text, flags));
    }
  }
  return found;
}

const length = 100_000;
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

describe('no regular expression', () => {
  it('is overlooked', () => {
    expect(findPatterns().size).toBeGreaterThan(12);
  });

  it.each([...findPatterns()])('takes long for a long text: %s', (_name, pattern) => {
    for (const head of heads) {
      for (const unit of units) {
        for (const tail of ['', '\u0000', '!']) {
          const long = head + unit.repeat(length / unit.length) + tail;
          const started = process.cpuUsage();
          long.replace(pattern, '');
          const { user } = process.cpuUsage(started);
          // Some milliseconds where it is linear; where it is not, many seconds.
          if (user > 1_500_000) throw new Error(`${head}${unit}… takes ${user / 1_000} ms`);
        }
      }
    }
  });
});
