import { readFileSync } from 'node:fs';
import { createPlots, createTables } from '../document.ts';
import { readResults, toFigures } from '../figures.ts';
import { fillSections } from '../markdown.ts';

const read = (name: string) => readFileSync(`tools/scale-model/${name}`, 'utf8');

const figures = toFigures(readResults());

describe('the document of scale', () => {
  it('has the tables that `npm run bench:scale` writes from what the bench measured', () => {
    const document = read('RESULTS.md');
    expect(fillSections(document, createTables(figures))).toBe(document);
  });

  it('has the plots that it draws', () => {
    for (const [name, svg] of Object.entries(createPlots(figures))) {
      expect(read(`plots/${name}`)).toBe(svg);
      expect(read('RESULTS.md')).toContain(`](plots/${name})`);
    }
  });

  it('refuses a document without a place for a table', () => {
    expect(fillSections('a <!-- x -->old<!-- /x --> b', { x: 'new' })).toBe(
      'a <!-- x -->\n\nnew\n\n<!-- /x --> b',
    );
    expect(() => fillSections('nothing', { x: 'new' })).toThrow('no place for x');
  });
});
