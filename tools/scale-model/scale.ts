import { readFileSync, writeFileSync } from 'node:fs';
import { fanOuts as fanOutChart } from './charts.ts';
import { plotsOf, tablesOf } from './document.ts';
import { alone, lastRecipient, otherwise, playAll } from './fan-out-tables.ts';
import { figuresOf, readResults } from './figures.ts';
import { filled } from './markdown.ts';
import { draw } from './plots.ts';

// `npm run scale`: writes the tables of `scale.md`, and the plots, from what the bench measured.
const figures = figuresOf(readResults());
const played = playAll(figures.post.ours);
const plots = { ...plotsOf(figures), 'fanouts.svg': draw(fanOutChart(played)) };
for (const [name, svg] of Object.entries(plots))
  writeFileSync(`tools/scale-model/plots/${name}`, svg);
const tables = {
  ...tablesOf(figures),
  lastRecipient: lastRecipient(played),
  alone: alone(played),
  otherwise: otherwise(played),
};
const file = 'tools/scale-model/RESULTS.md';
writeFileSync(file, filled(readFileSync(file, 'utf8'), tables));
