import { readFileSync } from 'node:fs';
import { plotsOf, tablesOf } from '../document.ts';
import { figuresOf, readResults } from '../figures.ts';
import { filled } from '../markdown.ts';

const read = (name: string) => readFileSync(`tools/scale-model/${name}`, 'utf8');

const figures = figuresOf(readResults());

describe('the document of scale', () => {
  it('has the tables that `npm run scale` writes from what the bench measured', () => {
    const document = read('RESULTS.md');
    expect(filled(document, tablesOf(figures))).toBe(document);
  });

  it('has the plots that it draws', () => {
    for (const [name, svg] of Object.entries(plotsOf(figures))) {
      expect(read(`plots/${name}`)).toBe(svg);
      expect(read('RESULTS.md')).toContain(`](plots/${name})`);
    }
  });

  it('refuses a document without a place for a table', () => {
    expect(filled('a <!-- x -->old<!-- /x --> b', { x: 'new' })).toBe(
      'a <!-- x -->\n\nnew\n\n<!-- /x --> b',
    );
    expect(() => filled('nothing', { x: 'new' })).toThrow('no place for x');
  });
});
