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

/** The groups of measures, by the names that the command takes. */
const groups: Readonly<Record<string, (bench: Bench) => Promise<BenchResult>>> = {
  coldstart: measureColdStart,
  delivery: measureDelivery,
  sendmessage: measureSendMessage,
  fanout: measureFanOut,
  validation: measureSimulation,
};

/** More digits than these are noise. */
const roundNumber = (_key: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

const requestedGroups = process.argv.slice(2);
const names = requestedGroups.length > 0 ? requestedGroups : Object.keys(groups);

const findings = await withBench(async (bench) => {
  const found: Record<string, BenchResult> = {};
  for (const name of names) {
    const group = groups[name];
    if (!group)
      throw new Error(`There is no ${name}; there are ${Object.keys(groups).join(', ')}.`);
    found[name] = await group(bench);
    console.log(`\n${name}\n\n${formatRows(found[name].rows)}`);
  }
  return found;
});

const rows = Object.values(findings).flatMap((found) => found.rows);
const missed = rows.filter((row) => !reachesTarget(row));
if (requestedGroups.length === 0) {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const date = new Date().toISOString();
  const results = join(import.meta.dirname, 'results.json');
  const text = JSON.stringify({ date, machine, groups: findings }, roundNumber);
  writeFileSync(results, text);
  execFileSync('node_modules/.bin/biome', ['format', '--write', results]);
  writeDocuments();
}
console.log(missed.length === 0 ? '\nEvery target is reached.' : `\n${missed.length} missed.`);
process.exitCode = missed.length === 0 ? 0 : 1;
