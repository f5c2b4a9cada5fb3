import { formatRows } from '../../src/build/docs/bench-table.ts';
import type { FanOut } from '../../tools/scale-model/fan-out.ts';
import { createFanOut } from '../../tools/scale-model/scenarios.ts';
import { simulate } from '../../tools/scale-model/simulation.ts';
import type { BroadcastLoad, BroadcastsOptions } from './actors/broadcasts.ts';
import { type Bench, withBench } from './harness/bench.ts';
import { createEnvironment } from './harness/environment.ts';
import type { BenchResult, MeasureRow } from './harness/report.ts';
import { createSubject, interleave, median, type Sample } from './harness/sample.ts';

const rounds = 5;

/** Constant milliseconds until a chunk is accepted and then runs. All environments are warm. */
const invocationTimes = { acceptMs: 20, queueMs: 30 };

/** A broadcast to a gateway of a certain latency. */
interface ValidationCase extends BroadcastLoad {
  readonly latencyMs: number;
}

const cases: readonly ValidationCase[] = [20, 100].flatMap((latencyMs) => [
  { latencyMs, units: 10, threshold: 500 },
  { latencyMs, units: 100, threshold: 500 },
  { latencyMs, units: 500, threshold: 500 },
  // This broadcast enqueues chunks.
  { latencyMs, units: 1_000, threshold: 500 },
  // With a high latency, the sender's invocation cannot deliver to all recipients before the ack.
  { latencyMs, units: 1_000, threshold: 1_000 },
]);

/** Returns the name of a case. `results.json` contains it. */
const describeCase = ({ latencyMs, units, threshold }: ValidationCase) =>
  `${units} at ${latencyMs} ms, ${threshold} a chunk`;

/**
 * Compares the simulation with real broadcasts over sockets.
 * The simulation gets two measurements: the CPU time and the latency of a single delivery.
 */
export async function measureSimulation(bench: Bench): Promise<BenchResult> {
  const samples = await measureBroadcasts(bench);
  const getMs = (name: string) => median((samples[name] ?? []).map(({ wallMs }) => wallMs));
  const postCpuMs = getMs('work') / 2_000;
  const rows = cases.map((validationCase): MeasureRow => {
    const postMs = getMs(`one at ${validationCase.latencyMs} ms`) - postCpuMs;
    const fanOut = toFanOut(validationCase, postCpuMs, postMs);
    return {
      measure: `fan-out to ${describeCase(validationCase)}, time`,
      unit: 'ms',
      value: getMs(describeCase(validationCase)),
      control: 'simulated',
      controlValue: simulate(fanOut).lastMs,
    };
  });
  return { rows, samples };
}

async function measureBroadcasts({
  start,
  gateway,
}: Bench): Promise<Readonly<Record<string, Sample[]>>> {
  const endpoint = await gateway.call<string>('endpoint');
  const options: BroadcastsOptions = { endpoint, ...invocationTimes };
  const broadcasts = await start('broadcasts', options, createEnvironment());
  const createBroadcastSubject = ({ latencyMs, ...load }: ValidationCase) => {
    const run = createSubject(broadcasts, load);
    return async () => {
      await gateway.call('setLatency', latencyMs);
      return run();
    };
  };
  const subjects: Record<string, () => Promise<Sample>> = {
    work: createBroadcastSubject({ latencyMs: 0, units: 2_000, threshold: 2_000 }),
    'one at 20 ms': createBroadcastSubject({ latencyMs: 20, units: 1, threshold: 500 }),
    'one at 100 ms': createBroadcastSubject({ latencyMs: 100, units: 1, threshold: 500 }),
  };
  for (const validationCase of cases)
    subjects[describeCase(validationCase)] = createBroadcastSubject(validationCase);
  const samples = await interleave(subjects, rounds);
  await gateway.call('setLatency', 0);
  return samples;
}

/** Returns the simulated fan-out of a case. */
function toFanOut({ units, threshold }: ValidationCase, postCpuMs: number, postMs: number): FanOut {
  const defaults = createFanOut(0);
  const constantLatency = (medianMs: number) => ({ medianMs, sigma: 0 });
  return {
    ...defaults,
    recipients: units,
    threshold,
    chunkSize: threshold,
    postCpuMs,
    post: constantLatency(postMs),
    slowShare: 0,
    throttle: { perSecond: 1e9, burst: 1e9 },
    read: { ...defaults.read, pageMs: 0, rowMs: 0 },
    lambda: {
      ...defaults.lambda,
      accept: constantLatency(invocationTimes.acceptMs),
      queue: constantLatency(invocationTimes.queueMs),
      warm: 1_000,
    },
  };
}

if (import.meta.main) console.log(formatRows((await withBench(measureSimulation)).rows));
