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

/** The stand-in for Lambda's queue takes always the same time, and has room and warm environments for all. */
const invocationTimes = { acceptMs: 20, queueMs: 30 };

/** What is compared: the gateway's latency, and one message to so many. */
const cases: readonly ({ readonly latencyMs: number } & BroadcastLoad)[] = [20, 100].flatMap(
  (latencyMs) => [
    { latencyMs, units: 10, threshold: 500 },
    { latencyMs, units: 100, threshold: 500 },
    { latencyMs, units: 500, threshold: 500 },
    // In chunks.
    { latencyMs, units: 1_000, threshold: 500 },
    // More than the sender's invocation has the patience for where the latency is high.
    { latencyMs, units: 1_000, threshold: 1_000 },
  ],
);

/**
 * The simulation beside the real fan-out, over real sockets to a gateway of a set latency. The simulation
 * is told two things that are measured: what a post costs without latency, and what a single one takes.
 */
export async function measureSimulation({ start, gateway }: Bench): Promise<BenchResult> {
  const endpoint = await gateway.call<string>('endpoint');
  const options: BroadcastsOptions = { endpoint, ...invocationTimes };
  const child = await start('broadcasts', options, createEnvironment());
  const subject = (latencyMs: number, broadcasting: BroadcastLoad) => {
    const run = createSubject(child, broadcasting);
    return async () => {
      await gateway.call('latency', latencyMs);
      return run();
    };
  };
  const describeCase = ({ latencyMs, units, threshold }: (typeof cases)[number]) =>
    `${units} at ${latencyMs} ms, ${threshold} a chunk`;
  const samples = await interleave(
    {
      work: subject(0, { units: 2_000, threshold: 2_000 }),
      'one at 20 ms': subject(20, { units: 1, threshold: 500 }),
      'one at 100 ms': subject(100, { units: 1, threshold: 500 }),
      ...Object.fromEntries(
        cases.map((each) => [describeCase(each), subject(each.latencyMs, each)]),
      ),
    } as Record<string, () => Promise<Sample>>,
    rounds,
  );
  await gateway.call('latency', 0);
  const time = (name: string) => median((samples[name] ?? []).map(({ wallMs }) => wallMs));
  const postCpuMs = time('work') / 2_000;
  const rows = cases.map((each): MeasureRow => {
    const postMs = time(`one at ${each.latencyMs} ms`) - postCpuMs;
    return {
      measure: `fan-out to ${describeCase(each)}, time`,
      unit: 'ms',
      value: time(describeCase(each)),
      control: 'simulated',
      controlValue: simulate(toSimulatedFanOut(each, postCpuMs, postMs)).lastMs,
    };
  });
  return { rows, samples };
}

/** The simulated world that is like the real one of a case. */
function toSimulatedFanOut(
  { units, threshold }: BroadcastLoad,
  postCpuMs: number,
  postMs: number,
): FanOut {
  const base = createFanOut(0);
  const constantLatency = (medianMs: number) => ({ medianMs, sigma: 0 });
  return {
    ...base,
    recipients: units,
    threshold,
    chunkSize: threshold,
    postCpuMs,
    post: constantLatency(postMs),
    slowShare: 0,
    throttle: { perSecond: 1e9, burst: 1e9 },
    read: { ...base.read, pageMs: 0, rowMs: 0 },
    lambda: {
      ...base.lambda,
      accept: constantLatency(invocationTimes.acceptMs),
      queue: constantLatency(invocationTimes.queueMs),
      warm: 1_000,
    },
  };
}

if (import.meta.main) console.log(formatRows((await withBench(measureSimulation)).rows));
