import { readFileSync } from 'node:fs';
import { writeIfChanged } from '../write-if-changed.ts';
import { fillSections } from './markdown.ts';
import * as tables from './tables.ts';

/** Content of each generated section, by document and name. */
export const documents: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': {
    'essential-parameters': () => tables.createParameterTable({ essentialOnly: true }),
    highlights: tables.createHighlightTable,
  },
  'docs/benchmarks.md': { bench: tables.createBenchTable },
  'docs/costs.md': { costs: tables.createCostTable },
  'docs/deployment.md': {
    parameters: () => tables.createParameterTable({ essentialOnly: false }),
  },
  'docs/operations.md': {
    'log-fields': tables.createLogFieldTable,
    metrics: tables.createMetricTable,
    alarms: tables.createAlarmTable,
  },
  'docs/reliability.md': { faults: tables.createFaultTable },
};

/** Returns a document with every generated section filled from the data. */
export function fillDocument(file: string): string {
  const sections = Object.entries(documents[file] ?? {});
  return fillSections(
    readFileSync(file, 'utf8'),
    Object.fromEntries(sections.map(([name, create]) => [name, create()])),
  );
}

/** Writes the generated sections of all documents. */
export function writeDocuments(): void {
  for (const file of Object.keys(documents)) writeIfChanged(file, fillDocument(file));
}

// Command `npm run docs:tables`.
if (import.meta.main) writeDocuments();
