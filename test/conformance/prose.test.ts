import { execFileSync } from 'node:child_process';
import { checkPhrase, parsePhrases, readPhrases, readRejectedPhrases } from '../helpers/prose.ts';

/** Files and folders whose prose is checked: Markdown, and comments of code. */
const proseRoots = [
  'schemas',
  'src',
  'test',
  'tools',
  'examples',
  'docs',
  '.github',
  'serverless.yml',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];

function listFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...proseRoots];
  const files = execFileSync('git', args, { encoding: 'utf8' }).split('\n');
  return files.filter((file) => /\.(md|tsx?|mjs|css|ya?ml)$/.test(file));
}

const rulesOf = (text: string) => checkPhrase({ line: 1, text }).map(({ rule }) => rule);

describe('checkPhrase', () => {
  it.each([
    ['rejected: "Nobody"', 'Nobody reads this.'],
    ['rejected: "one\'s"', 'It is one’s own.'],
    ['starts with a relative clause', 'What it does is fine.'],
    ['21 words', `${'word '.repeat(21)}.`],
  ])('reports %s', (rule, text) => {
    expect(rulesOf(text)).toEqual([rule]);
  });

  it.each(['What does it do?', `${'word '.repeat(20)}.`, 'The server acks the request.'])(
    'accepts %j',
    (text) => {
      expect(rulesOf(text)).toEqual([]);
    },
  );
});

describe('parsePhrases', () => {
  const parse = (source: string, extension: string) =>
    parsePhrases(source, extension).map(({ line, text }) => `${line} ${text}`);

  it('reads paragraphs, items and cells of Markdown, without code', () => {
    const source = [
      '# Title',
      'One sentence that',
      'goes on. *Another* one.',
      '- An `item` of [a list](x.md)',
      '| cell | another |',
      '| --- | --- |',
      '<!-- a comment -->',
      '```ts\n// code\n```',
    ].join('\n');
    expect(parse(source, '.md')).toEqual([
      ...['2 One sentence that goes on.', '2 Another one.', '4 An code of a list'],
      ...['5 cell', '5 another'],
    ]);
  });

  it('reads comments of code, and starts a block at each tag', () => {
    const source = [
      '/** Returns a value',
      ' * of two lines.',
      ' *',
      ' * @default one',
      ' */',
      'const a = "// no comment";',
      '// A line.',
      '// biome-ignore lint: reason',
    ].join('\n');
    expect(parse(source, '.ts')).toEqual([
      ...['1 Returns a value of two lines.', '4 one', '7 A line.'],
    ]);
  });

  it('reads comments of YAML', () => {
    expect(parse('# A comment.\nkey: value\n', '.yml')).toEqual(['1 A comment.']);
  });
});

describe('the prose', () => {
  it('has phrases to reject', () => {
    expect(readRejectedPhrases()).toEqual(expect.arrayContaining(['whoever', 'so many', 'is no']));
  });

  it.each(listFiles())('%s follows docs/style.md', (file) => {
    const problems = readPhrases(file).flatMap(checkPhrase);
    expect(problems.map(({ line, rule, text }) => `${file}:${line}: ${rule}: ${text}`)).toEqual([]);
  });
});
