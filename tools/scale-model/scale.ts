import { readFileSync, writeFileSync } from 'node:fs';
import { fillSections } from '../../src/build/docs/markdown.ts';
import { createFanOutsChart } from './charts.ts';
import { createPlots, createTables } from './document.ts';
import {
  createLastRecipientTable,
  createRetryTable,
  createSenderOnlyTable,
  simulateAll,
} from './fan-out-tables.ts';
import { readResults, toFigures } from './figures.ts';
import { drawChart } from './plots.ts';

// `npm run bench:scale` writes the tables of `RESULTS.md` and the plots from the results of the benchmark.
const figures = toFigures(readResults());
const results = simulateAll(figures.post.ours);
const plots = { ...createPlots(figures), 'fanouts.svg': drawChart(createFanOutsChart(results)) };
for (const [name, svg] of Object.entries(plots))
  writeFileSync(`tools/scale-model/plots/${name}`, svg);
const tables = {
  ...createTables(figures),
  lastRecipient: createLastRecipientTable(results),
  alone: createSenderOnlyTable(results),
  otherwise: createRetryTable(results),
};
const file = 'tools/scale-model/RESULTS.md';
writeFileSync(file, fillSections(readFileSync(file, 'utf8'), tables));
