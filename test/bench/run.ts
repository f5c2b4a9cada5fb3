import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { formatRows, reachesTarget } from '../../src/build/docs/bench-table.ts';
import { writeDocuments } from '../../src/build/docs/write.ts';
import { measureColdStart } from './groups/cold-start.ts';
import { measureDelivery } from './groups/delivery.ts';
import { measureFanOut } from './groups/fan-out.ts';
import { measureSendMessage } from './groups/sendmessage.ts';
import { type Bench, withBench } from './harness/bench.ts';
import type { BenchResult } from './harness/report.ts';
import { measureSimulation } from './validation.ts';

/** The groups of measurements, by their names on the command line. */
const groups: Readonly<Record<string, (bench: Bench) => Promise<BenchResult>>> = {
  coldstart: measureColdStart,
  delivery: measureDelivery,
  sendmessage: measureSendMessage,
  fanout: measureFanOut,
  validation: measureSimulation,
};

/** Rounds to five digits. Further digits are noise. */
const roundNumber = (_key: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

// `npm run bench` runs all groups and writes `results.json`. With names of groups it only prints them.
const requestedGroups = process.argv.slice(2);
const names = requestedGroups.length > 0 ? requestedGroups : Object.keys(groups);

const results = await withBench(async (bench) => {
  const resultsByGroup: Record<string, BenchResult> = {};
  for (const name of names) {
    const group = groups[name];
    if (!group)
      throw new Error(`The group "${name}" is unknown. Use ${Object.keys(groups).join(', ')}.`);
    const result = await group(bench);
    resultsByGroup[name] = result;
    console.log(`\n${name}\n\n${formatRows(result.rows)}`);
  }
  return resultsByGroup;
});

const rows = Object.values(results).flatMap((result) => result.rows);
const missed = rows.filter((row) => !reachesTarget(row));
if (requestedGroups.length === 0) {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const date = new Date().toISOString();
  const file = join(import.meta.dirname, 'results.json');
  writeFileSync(file, JSON.stringify({ date, machine, groups: results }, roundNumber));
  execFileSync('node_modules/.bin/biome', ['format', '--write', file]);
  writeDocuments();
}
console.log(
  missed.length === 0
    ? '\nAll targets are met.'
    : `\n${missed.length} targets are missed. Repeat the run on an idle machine.`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
