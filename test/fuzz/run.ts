import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runFuzzCases } from './cases.ts';

/**
 * `npm run test:fuzz -- [CASES] [SEED]`: throws 100,000 cases, or so many, at the Lambda, in two processes. The
 * seed is printed; the same one makes the same cases.
 */
const [cases = '100000', seed = String(Date.now() % 2 ** 31), processIndex] = process.argv.slice(2);

if (processIndex === undefined) {
  console.log(`${cases} hostile cases, seed ${seed}`);
  const halves = [0, 1].map((half) => {
    const args = [import.meta.filename, String(Math.ceil(Number(cases) / 2)), seed, String(half)];
    return spawn(process.execPath, args, { stdio: 'inherit' });
  });
  process.on('SIGTERM', () => {
    for (const child of halves) child.kill();
  });
  const codes = await Promise.all(halves.map(async (child) => (await once(child, 'exit'))[0]));
  const failed = codes.filter((code) => code !== 0).length;
  console.log(`${codes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  // The halves must not make the same cases.
  const run = await runFuzzCases(Number(cases), Number(seed) + Number(processIndex) * 1_000_003);
  const { slowestCaseCpuMs: cpuMsOfOne, heapGrowthMb: growthMb } = run;
  console.log(
    `${run.cases} cases; the slowest took ${cpuMsOfOne.toFixed()} ms of CPU; the heap grew by ${growthMb.toFixed(1)} MB`,
  );
}
