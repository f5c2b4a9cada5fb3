import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runFuzzCases } from './run-cases.ts';

/**
 * `npm run test:fuzz -- [CASES] [SEED]` sends random cases to the server, in two processes.
 * CASES is 100,000 by default. It prints the seed: the same seed makes the same cases.
 */
const [cases = '100000', seed = String(Date.now() % 2 ** 31), processIndex] = process.argv.slice(2);

if (processIndex === undefined) await runProcesses();
else await runInThisProcess(Number(processIndex));

async function runProcesses(): Promise<void> {
  console.log(`${cases} fuzz cases, seed ${seed}`);
  const children = [0, 1].map((index) => {
    const args = [import.meta.filename, String(Math.ceil(Number(cases) / 2)), seed, String(index)];
    return spawn(process.execPath, args, { stdio: 'inherit' });
  });
  process.on('SIGTERM', () => {
    for (const child of children) child.kill();
  });
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  const failed = codes.filter((code) => code !== 0).length;
  console.log(`${codes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function runInThisProcess(index: number): Promise<void> {
  // The offset gives each process its own cases.
  const result = await runFuzzCases(Number(cases), Number(seed) + index * 1_000_003);
  const { slowestCaseCpuMs, heapGrowthMb } = result;
  console.log(
    `${result.cases} cases; the slowest took ${slowestCaseCpuMs.toFixed()} ms of CPU; the heap grew by ${heapGrowthMb.toFixed(1)} MB`,
  );
}
