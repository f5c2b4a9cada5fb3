import { readFileSync } from 'node:fs';
import { fillSections } from '../../../src/build/docs/markdown.ts';
import { createPlots, createTables } from '../document.ts';
import { readResults, toFigures } from '../figures.ts';

const read = (name: string) => readFileSync(`tools/scale-model/${name}`, 'utf8');

const figures = toFigures(readResults());

describe('RESULTS.md', () => {
  it('contains the tables that `npm run bench:scale` writes from the results of the benchmark', () => {
    const document = read('RESULTS.md');
    expect(fillSections(document, createTables(figures))).toBe(document);
  });

  it('shows the plots that `npm run bench:scale` draws', () => {
    for (const [name, svg] of Object.entries(createPlots(figures))) {
      expect(read(`plots/${name}`)).toBe(svg);
      expect(read('RESULTS.md')).toContain(`](plots/${name})`);
    }
  });
});
