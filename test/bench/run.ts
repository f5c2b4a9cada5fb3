import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { filled } from '../../tools/scale-model/markdown.ts';
import { coldstart } from './groups/cold-start.ts';
import { delivery } from './groups/delivery.ts';
import { fanout } from './groups/fan-out.ts';
import { sendmessage } from './groups/sendmessage.ts';
import { type Bench, withBench } from './harness/bench.ts';
import { type Findings, judged, reaches, tableOf } from './harness/report.ts';
import { validation } from './validation.ts';

/** The groups of measures, by the names that the command takes. */
const groups: Readonly<Record<string, (bench: Bench) => Promise<Findings>>> = {
  coldstart,
  delivery,
  sendmessage,
  fanout,
  validation,
};

/** More digits than these are noise. */
const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(groups);

const findings = await withBench(async (bench) => {
  const found: Record<string, Findings> = {};
  for (const name of names) {
    const group = groups[name];
    if (!group)
      throw new Error(`There is no ${name}; there are ${Object.keys(groups).join(', ')}.`);
    found[name] = await group(bench);
    console.log(`\n${name}\n\n${tableOf(found[name].rows)}`);
  }
  return found;
});

const rows = Object.values(findings).flatMap((found) => found.rows);
const missed = rows.filter((row) => !reaches(row));
if (asked.length === 0) {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const date = new Date().toISOString();
  const results = join(import.meta.dirname, 'results.json');
  const text = JSON.stringify({ date, machine, groups: findings }, rounded);
  writeFileSync(results, text);
  execFileSync('node_modules/.bin/biome', ['format', '--write', results]);
  const bench = judged(JSON.parse(text).groups);
  writeFileSync('README.md', filled(readFileSync('README.md', 'utf8'), { bench }));
}
console.log(missed.length === 0 ? '\nEvery target is reached.' : `\n${missed.length} missed.`);
process.exitCode = missed.length === 0 ? 0 : 1;
