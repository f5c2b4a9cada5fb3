import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { readData } from '../../src/build/docs/data.ts';
import { fillSections, listSections } from '../../src/build/docs/markdown.ts';
import { documents, fillDocument } from '../../src/build/docs/write.ts';

describe('fillSections', () => {
  it('replaces the text between the markers of each name', () => {
    const document = 'a <!-- generated:x -->old<!-- /generated:x --> b';
    expect(fillSections(document, { x: 'new' })).toBe(
      'a <!-- generated:x -->\n\nnew\n\n<!-- /generated:x --> b',
    );
  });

  it.each(['nothing', '<!-- generated:x -->', '<!-- /generated:x --><!-- generated:x -->'])(
    'throws on %j, which lacks a marker',
    (document) => {
      expect(() => fillSections(document, { x: 'new' })).toThrow('lacks the markers of x');
    },
  );
});

describe('the documents', () => {
  it.each(Object.keys(documents))('%s has the tables that `npm run docs:tables` writes', (file) => {
    expect(fillDocument(file)).toBe(readFileSync(file, 'utf8'));
  });

  it('have no generated section that the command does not write', () => {
    const files = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
      (file) => file.endsWith('.md'),
    );
    const found = files.map((file) => [file, listSections(readFileSync(file, 'utf8'))] as const);
    expect(Object.fromEntries(found.filter(([, names]) => names.length > 0))).toEqual(
      Object.fromEntries(
        Object.entries(documents).map(([file, sections]) => [file, Object.keys(sections)]),
      ),
    );
  });

  it('describe no fault that no test injects', () => {
    const folder = 'test/integration/faults';
    const source = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join();
    const uninjected = readData('faults').faults.filter(({ id }) => !source.includes(`'${id}'`));
    expect(uninjected).toEqual([]);
  });
});
