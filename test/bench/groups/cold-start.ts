import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createConnectionId } from '../actors/engine.ts';
import type { Bench } from '../harness/bench.ts';
import { createEnvironment } from '../harness/environment.ts';
import type { BenchResult, MeasureRow } from '../harness/report.ts';
import {
  getCpuMsPerUnit,
  getWallMsPerUnit,
  interleave,
  median,
  type Sample,
} from '../harness/sample.ts';

/** A cold start: the import of the artifact until the handler is there. */
interface StartSample extends Sample {
  /** From the beginning of the import to the answer of the first request. */
  readonly answeredMs: number;
}

const rounds = 21;
const connectEvent = JSON.stringify({
  requestContext: {
    routeKey: '$connect',
    eventType: 'CONNECT',
    connectionId: createConnectionId(0),
    connectedAt: 0,
    identity: { sourceIp: '192.0.2.1' },
  },
});

/** From the file to a ready handler, in fresh processes; and to the first `$connect` that is answered. */
export async function measureColdStart({ artifacts, engine }: Bench): Promise<BenchResult> {
  await engine.call('chat', { tableName: 'cold', connections: 0, rooms: {} });
  await engine.call('tutorial', { tableName: 'cold-tutorial', connections: 0, rooms: {} });
  const database = await engine.call<string>('endpoint');
  const starts = await interleave(
    {
      empty: () => measureStart(artifacts.empty, createEnvironment()),
      ours: () => measureStart(artifacts.ours, createEnvironment()),
      tutorial: () => measureStart(artifacts.tutorial, createEnvironment()),
      runtime: () => measureStart(artifacts.runtime, createEnvironment()),
    },
    rounds,
  );
  const answers = await interleave(
    {
      ours: () =>
        measureStart(
          artifacts.ours,
          createEnvironment({ tableName: 'cold', database }),
          connectEvent,
        ),
      tutorial: () =>
        measureStart(
          artifacts.tutorial,
          createEnvironment({ tableName: 'cold-tutorial', database }),
          connectEvent,
        ),
    },
    rounds,
  );
  const rows: MeasureRow[] = [];
  const addRows = (control: 'empty' | 'tutorial' | 'runtime', name: string, atMost?: number) => {
    const target = atMost === undefined ? {} : { target: { atMost } };
    for (const [what, figure] of [
      ['CPU', getCpuMsPerUnit],
      ['time', getWallMsPerUnit],
    ] as const) {
      rows.push({
        measure: `cold start, ${what}`,
        unit: 'ms',
        value: figure(starts.ours),
        control: name,
        controlValue: figure(starts[control]),
        ...target,
      });
    }
  };
  addRows('runtime', 'SDK clients, schemas compiled at startup, one file', 0.35);
  addRows('tutorial', 'tutorial on SDK v3, one file', 0.6);
  addRows('empty', 'empty module');
  rows.push({
    measure: 'cold start to the first `$connect` answered, time',
    unit: 'ms',
    value: median(answers.ours.map(({ answeredMs }) => answeredMs)),
    control: 'tutorial on SDK v3, one file',
    controlValue: median(answers.tutorial.map(({ answeredMs }) => answeredMs)),
  });
  const named = Object.entries(answers).map(([name, list]) => [`first answer: ${name}`, list]);
  return { rows, samples: { ...starts, ...Object.fromEntries(named) } };
}

async function measureStart(
  artifact: string,
  env: NodeJS.ProcessEnv,
  event = '',
): Promise<StartSample> {
  const script = join(import.meta.dirname, '../harness/start.mjs');
  const process = fork(script, [artifact, event], {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [[sample]] = await Promise.all([once(process, 'message'), once(process, 'exit')]);
  return sample;
}
