import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { frameArbitrary } from './frames.ts';
import { handshakeArbitrary, tokenArbitrary } from './handshakes.ts';
import { type AuthMode, FuzzTarget } from './target.ts';

/** Number of cases that share one table and its servers. */
const blockSize = 2_500;

/** CPU seconds that a thousand cases may take: about ten times the usual. */
const maxCpuSecondsPerThousand = 60;

/** CPU seconds that a single case may take. */
const maxCaseCpuSeconds = 5;

/** MB that the heap may grow from the first block to the last. */
const maxHeapGrowthMb = 64;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The cost of a run that found no problem. */
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
 * Sends random frames and handshakes to the server. The same seed makes the same cases.
 *
 * @throws Error with the seed and the smallest case found, if a case breaks a rule.
 * @throws Error if an error is not caught, or if the CPU time or the heap exceeds its limit.
 */
export async function runFuzzCases(cases: number, seed: number): Promise<FuzzResult> {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  let slowestMs = 0;
  let firstMb = 0;
  let lastMb = 0;
  for (let done = 0; done < cases; done += blockSize) {
    const count = Math.min(blockSize, cases - done);
    slowestMs = Math.max(slowestMs, await runBudgetedBlock(count, seed + done));
    if (unhandled.length > 0)
      throw new Error(`An error is not caught. Repeat it with seed ${seed + done}.`, {
        cause: unhandled[0],
      });
    lastMb = heapMb();
    firstMb ||= lastMb;
  }
  process.off('unhandledRejection', onUnhandled);
  if (lastMb - firstMb > maxHeapGrowthMb)
    throw new Error(`The heap grew from ${firstMb} to ${lastMb} MB. Look for a leak.`);
  return { cases, slowestCaseCpuMs: slowestMs, heapGrowthMb: lastMb - firstMb };
}

/** Runs a block within its CPU budget. Returns the CPU milliseconds of the slowest case. */
async function runBudgetedBlock(count: number, seed: number): Promise<number> {
  const started = process.cpuUsage();
  const slowestMs = await runBlock(count, seed);
  const usedMs = cpuMs(started);
  if (usedMs > maxCpuSecondsPerThousand * Math.max(count, 1_000))
    throw new Error(`${count} cases took ${usedMs} ms of CPU. Repeat them with seed ${seed}.`);
  return slowestMs;
}

/** Runs a block on a table of its own. Returns the CPU milliseconds of the slowest case. */
async function runBlock(numRuns: number, seed: number): Promise<number> {
  const target = await FuzzTarget.open();
  let slowestMs = 0;
  const measure = async (work: Promise<void>) => {
    const started = process.cpuUsage();
    await work;
    slowestMs = Math.max(slowestMs, cpuMs(started));
    if (slowestMs > maxCaseCpuSeconds * 1_000)
      throw new Error(`A case took ${slowestMs} ms of CPU. Make it cheaper to reject.`);
  };
  const property = fc.asyncProperty(createCaseArbitrary(target.tokens), (input) =>
    measure(
      'body' in input
        ? target.sendFrame(input.auth, input.body)
        : target.connect(input.auth, input.handshake),
    ),
  );
  try {
    await fc.assert(property, { numRuns, seed, verbose: 0 });
  } finally {
    await target.close();
  }
  return slowestMs;
}

/** Creates the arbitrary of all cases: mostly frames, some tokens and handshakes. */
function createCaseArbitrary(validTokens: readonly string[]) {
  const auth = fc.constantFrom<AuthMode>('none', 'jwt');
  const authenticateFrame = tokenArbitrary(validTokens).map((token) =>
    JSON.stringify({ action: 'authenticate', token }),
  );
  return fc.oneof(
    { weight: 7, arbitrary: fc.record({ auth, body: frameArbitrary }) },
    { weight: 1, arbitrary: fc.record({ auth, body: authenticateFrame }) },
    { weight: 2, arbitrary: fc.record({ auth, handshake: handshakeArbitrary(validTokens) }) },
  );
}
