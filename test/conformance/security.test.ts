import { readFileSync } from 'node:fs';
import { listTestFiles, parseTestNames } from '../helpers/test-names.ts';

const idPattern = /\[SEC-\d{3}\]/g;
const listIds = (text: string): string[] => text.match(idPattern) ?? [];

/** The cells of each threat: threat, mitigation and ids of tests. */
const threats = readFileSync('docs/threat-model.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!threat |---)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));
const citedIds = threats.flatMap(([, , tests = '']) => listIds(tests)).toSorted();

const files = listTestFiles().map((file) => ({
  file,
  ...parseTestNames(readFileSync(file, 'utf8')),
}));

describe('the threat model', () => {
  it('cites at least one test for each threat, by id', () => {
    expect(threats.length).toBeGreaterThan(20);
    const invalid = threats.filter(
      (cells) => cells.length !== 3 || !/^\[SEC-\d{3}\]( \[SEC-\d{3}\])*$/.test(cells[2] ?? ''),
    );
    expect(invalid).toEqual([]);
  });

  it('cites each id once', () => {
    expect(citedIds).toEqual([...new Set(citedIds)]);
  });

  it('cites only ids of tests that run', () => {
    const running = new Set(files.flatMap(({ tests }) => tests.flatMap(listIds)));
    expect(citedIds.filter((id) => !running.has(id))).toEqual([]);
  });

  it('cites every id that the title of a test or suite has', () => {
    const uncited = files.flatMap(({ file, titles }) =>
      titles
        .filter((title) => listIds(title).some((id) => !citedIds.includes(id)))
        .map((title) => `${file}: ${title}`),
    );
    expect(uncited).toEqual([]);
  });

  it('finds each id in one title', () => {
    const ids = files.flatMap(({ titles }) => titles.flatMap(listIds));
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
  });

  it('cites every test of test/integration/security', () => {
    const tests = files
      .filter(({ file }) => file.startsWith('test/integration/security/'))
      .flatMap((found) => found.tests);
    expect(tests.length).toBeGreaterThan(5);
    expect(tests.filter((test) => listIds(test).length === 0)).toEqual([]);
  });
});

describe('parseTestNames', () => {
  it('lists the tests that Jest runs', () => {
    const source = `
      it('a', () => {});
      it.each([1])('b %i', () => {});
      it.concurrent('c', async () => {});
      it.concurrent.each([1])('d %i', async () => {});
      describe('e', () => { it("f ’s", () => {}); });
      describe.each([1])('g', () => { it(\`h \${1} i\`, () => {}); });
      export function shared() { it('j', () => {}); }`;
    expect(parseTestNames(source)).toEqual({
      titles: ['a', 'b %i', 'c', 'd %i', 'e', 'f ’s', 'g', 'h … i', 'j'],
      tests: ['a', 'b %i', 'c', 'd %i', 'e f ’s', 'g h … i', 'j'],
    });
  });

  it('ignores skipped tests, comments, texts and other calls', () => {
    const source = `
      it.skip('a', () => {});
      it.skip.each([1])('b', () => {});
      it.concurrent.skip('c', () => {});
      describe.skip('d', () => { it('e', () => {}); });
      xdescribe('f', () => { it('g', () => {}); });
      it.todo('h');
      other('i', () => {});
      it.each(['j'])(title, () => {});
      // it('k', () => {});
      const text = "it('l', () => {})";`;
    expect(parseTestNames(source)).toEqual({ titles: [], tests: [] });
  });
});
