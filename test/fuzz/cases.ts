import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { frame } from './frames.ts';
import { handshakeOf, tokenOf } from './handshakes.ts';
import { Target } from './target.ts';

/** Cases that one engine and one Lambda are used for. */
const blockSize = 2_500;

/** CPU seconds that a thousand cases may take: some ten times what they do. */
const cpuSeconds = 60;

/** CPU seconds that any one may take. */
const cpuSecondsOfOne = 5;

/** What the heap may grow by from the first block to the last, in MB. */
const growthMb = 64;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What a run took. */
export interface Run {
  readonly cases: number;
  readonly cpuMsOfOne: number;
  readonly growthMb: number;
}

const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

const heapMb = () => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

/**
 * Throws so many cases at the Lambda. Rejects, with the seed and the smallest case that it finds, where one
 * breaks a rule, is not handled, takes too long, or leaves too much behind.
 */
export async function throwAll(cases: number, seed: number): Promise<Run> {
  const unhandled: unknown[] = [];
  const take = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', take);
  let slowestMs = 0;
  let firstMb = 0;
  let lastMb = 0;
  for (let done = 0; done < cases; done += blockSize) {
    const started = process.cpuUsage();
    const count = Math.min(blockSize, cases - done);
    slowestMs = Math.max(slowestMs, await block(count, seed + done));
    if (unhandled.length > 0)
      throw new Error(`not handled, seed ${seed + done}`, { cause: unhandled[0] });
    const budget = (cpuSeconds * 1_000 * Math.max(count, 1_000)) / 1_000;
    if (cpuMs(started) > budget)
      throw new Error(`${count} cases took ${cpuMs(started)} ms, seed ${seed + done}`);
    lastMb = heapMb();
    firstMb ||= lastMb;
  }
  process.off('unhandledRejection', take);
  if (lastMb - firstMb > growthMb) throw new Error(`the heap grew from ${firstMb} to ${lastMb} MB`);
  return { cases, cpuMsOfOne: slowestMs, growthMb: lastMb - firstMb };
}

/** Throws a block of cases at a Lambda of its own; returns the CPU milliseconds of the slowest. */
async function block(numRuns: number, seed: number): Promise<number> {
  const target = await Target.open();
  let slowestMs = 0;
  const timed = async (work: Promise<void>) => {
    const started = process.cpuUsage();
    await work;
    slowestMs = Math.max(slowestMs, cpuMs(started));
    if (slowestMs > cpuSecondsOfOne * 1_000) throw new Error(`one took ${slowestMs} ms`);
  };
  const token = tokenOf(target.tokens).map((shown) =>
    JSON.stringify({ action: 'authenticate', token: shown }),
  );
  const at = fc.constantFrom<0 | 1>(0, 1);
  const one = fc.oneof(
    { weight: 7, arbitrary: fc.record({ at, body: frame }) },
    { weight: 1, arbitrary: fc.record({ at, body: token }) },
    { weight: 2, arbitrary: fc.record({ at, shown: handshakeOf(target.tokens) }) },
  );
  const property = fc.asyncProperty(one, (what) =>
    timed('body' in what ? target.say(what.at, what.body) : target.connect(what.at, what.shown)),
  );
  try {
    await fc.assert(property, { numRuns, seed, verbose: 0 });
  } finally {
    await target.close();
  }
  return slowestMs;
}
