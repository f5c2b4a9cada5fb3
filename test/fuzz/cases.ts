import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { frameArbitrary } from './frames.ts';
import { handshakeArbitrary, tokenArbitrary } from './handshakes.ts';
import { FuzzTarget } from './target.ts';

/** Cases that one engine and one Lambda are used for. */
const blockSize = 2_500;

/** CPU seconds that a thousand cases may take: some ten times what they do. */
const maxCpuSecondsPerThousand = 60;

/** CPU seconds that any one may take. */
const maxCaseCpuSeconds = 5;

/** What the heap may grow by from the first block to the last, in MB. */
const maxHeapGrowthMb = 64;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What a run took. */
export interface FuzzResult {
  readonly cases: number;
  readonly slowestCaseCpuMs: number;
  readonly heapGrowthMb: number;
}

const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

const heapMb = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

/**
 * Throws so many cases at the Lambda. Rejects, with the seed and the smallest case that it finds, where one
 * breaks a rule, is not handled, takes too long, or leaves too much behind.
 */
export async function runFuzzCases(cases: number, seed: number): Promise<FuzzResult> {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  let slowestMs = 0;
  let firstMb = 0;
  let lastMb = 0;
  for (let done = 0; done < cases; done += blockSize) {
    const started = process.cpuUsage();
    const count = Math.min(blockSize, cases - done);
    slowestMs = Math.max(slowestMs, await runBlock(count, seed + done));
    if (unhandled.length > 0)
      throw new Error(`not handled, seed ${seed + done}`, { cause: unhandled[0] });
    const budget = (maxCpuSecondsPerThousand * 1_000 * Math.max(count, 1_000)) / 1_000;
    if (cpuMs(started) > budget)
      throw new Error(`${count} cases took ${cpuMs(started)} ms, seed ${seed + done}`);
    lastMb = heapMb();
    firstMb ||= lastMb;
  }
  process.off('unhandledRejection', onUnhandled);
  if (lastMb - firstMb > maxHeapGrowthMb)
    throw new Error(`the heap grew from ${firstMb} to ${lastMb} MB`);
  return { cases, slowestCaseCpuMs: slowestMs, heapGrowthMb: lastMb - firstMb };
}

/** Throws a block of cases at a Lambda of its own; returns the CPU milliseconds of the slowest. */
async function runBlock(numRuns: number, seed: number): Promise<number> {
  const target = await FuzzTarget.open();
  let slowestMs = 0;
  const timed = async (work: Promise<void>) => {
    const started = process.cpuUsage();
    await work;
    slowestMs = Math.max(slowestMs, cpuMs(started));
    if (slowestMs > maxCaseCpuSeconds * 1_000) throw new Error(`one took ${slowestMs} ms`);
  };
  const token = tokenArbitrary(target.tokens).map((shown) =>
    JSON.stringify({ action: 'authenticate', token: shown }),
  );
  const at = fc.constantFrom<0 | 1>(0, 1);
  const caseArbitrary = fc.oneof(
    { weight: 7, arbitrary: fc.record({ at, body: frameArbitrary }) },
    { weight: 1, arbitrary: fc.record({ at, body: token }) },
    { weight: 2, arbitrary: fc.record({ at, shown: handshakeArbitrary(target.tokens) }) },
  );
  const property = fc.asyncProperty(caseArbitrary, (input) =>
    timed(
      'body' in input
        ? target.sendFrame(input.at, input.body)
        : target.connect(input.at, input.shown),
    ),
  );
  try {
    await fc.assert(property, { numRuns, seed, verbose: 0 });
  } finally {
    await target.close();
  }
  return slowestMs;
}
