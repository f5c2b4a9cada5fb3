import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AcceptedSurvivor, checkFile, type MutatedFile } from './survivors.ts';

const minScore = 90;
const folder = 'tools/mutation';
const reportFile = '.kaiwa/mutation.json';

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** The mutated files, each with the tests that must notice. */
const scope: Readonly<Record<string, readonly string[]>> = readJson(`${folder}/scope.json`);
const accepted: readonly AcceptedSurvivor[] = readJson(`${folder}/accepted.json`);

/** Mutates one file and runs its tests for each mutant. Throws if the tests fail without a mutant. */
async function mutate(file: string, tests: readonly string[]): Promise<MutatedFile> {
  const stryker = spawn(
    process.execPath,
    [
      `${folder}/node_modules/@stryker-mutator/core/bin/stryker.js`,
      'run',
      `${folder}/stryker.config.json`,
      ...['--mutate', file, '--logLevel', 'error'],
    ],
    { stdio: 'inherit', env: { ...process.env, MUTATION_TESTS: tests.join() } },
  );
  const [code] = await once(stryker, 'exit');
  const result = code === 0 && readJson(reportFile).files[file];
  if (!result) throw new Error(`Stryker failed for ${file}: see its output above.`);
  return result;
}

/** Mutates one file and prints the result. Returns whether the file passed. */
async function check(file: string, tests: readonly string[]): Promise<boolean> {
  const start = performance.now();
  const { score, killed, total, crashed, unexpected, outdated } = checkFile(
    file,
    await mutate(file, tests),
    accepted,
  );
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${file}: ${killed} of ${total} noticed, ${score.toFixed(1)} %, in ${seconds} s`);
  if (crashed > 0) console.log(`${crashed} more stopped the process of the tests`);
  for (const survivor of unexpected) console.log('survived:', survivor);
  for (const survivor of outdated) console.log('noticed, but accepted.json lists it:', survivor);
  return unexpected.length === 0 && score >= minScore;
}

/**
 * `npm run test:mutation -- [FILE]` breaks the code in one place after the other, and runs the tests for
 * each. FILE is a part of a path in `scope.json`. Without it, all files are mutated. A mutant that no test
 * notices fails the command, unless `accepted.json` lists it. So does a score below 90 % of a file.
 */
const [part = ''] = process.argv.slice(2);
const files = Object.entries(scope).filter(([file]) => file.includes(part));
if (files.length === 0)
  throw new Error(`No file matches ${part}: take a part of a path in scope.json.`);
const failed: string[] = [];
for (const [file, tests] of files) if (!(await check(file, tests))) failed.push(file);
console.log(`${files.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
