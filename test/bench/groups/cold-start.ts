import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectionId } from '../actors/engine.ts';
import type { Bench } from '../harness/bench.ts';
import { environment } from '../harness/environment.ts';
import type { Findings, Row } from '../harness/report.ts';
import { cpuOf, interleave, median, type Sample, timeOf } from '../harness/sample.ts';

/** A cold start: the import of the artifact until the handler is there. */
interface Start extends Sample {
  /** From the beginning of the import to the answer of the first request. */
  readonly answeredMs: number;
}

const rounds = 21;
const connecting = JSON.stringify({
  requestContext: {
    routeKey: '$connect',
    eventType: 'CONNECT',
    connectionId: connectionId(0),
    connectedAt: 0,
    identity: { sourceIp: '192.0.2.1' },
  },
});

/** From the file to a ready handler, in fresh processes; and to the first `$connect` that is answered. */
export async function coldstart({ artifacts, engine }: Bench): Promise<Findings> {
  await engine.call('chat', { tableName: 'cold', connections: 0, rooms: {} });
  await engine.call('tutorial', { tableName: 'cold-tutorial', connections: 0, rooms: {} });
  const database = await engine.call<string>('endpoint');
  const starts = await interleave(
    {
      empty: () => start(artifacts.empty, environment()),
      ours: () => start(artifacts.ours, environment()),
      tutorial: () => start(artifacts.tutorial, environment()),
      runtime: () => start(artifacts.runtime, environment()),
    },
    rounds,
  );
  const answers = await interleave(
    {
      ours: () => start(artifacts.ours, environment({ tableName: 'cold', database }), connecting),
      tutorial: () =>
        start(
          artifacts.tutorial,
          environment({ tableName: 'cold-tutorial', database }),
          connecting,
        ),
    },
    rounds,
  );
  const rows: Row[] = [];
  const against = (control: 'empty' | 'tutorial' | 'runtime', name: string, atMost?: number) => {
    const target = atMost === undefined ? {} : { target: { atMost } };
    for (const [what, figure] of [
      ['CPU', cpuOf],
      ['time', timeOf],
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
  against('runtime', 'the SDK’s clients and schemas compiled at the start, one file', 0.35);
  against('tutorial', 'the tutorial on SDK v3, one file', 0.6);
  against('empty', 'an empty module');
  rows.push({
    measure: 'cold start to the first `$connect` answered, time',
    unit: 'ms',
    value: median(answers.ours.map(({ answeredMs }) => answeredMs)),
    control: 'the tutorial on SDK v3, one file',
    controlValue: median(answers.tutorial.map(({ answeredMs }) => answeredMs)),
  });
  const named = Object.entries(answers).map(([name, list]) => [`first answer: ${name}`, list]);
  return { rows, samples: { ...starts, ...Object.fromEntries(named) } };
}

async function start(artifact: string, env: NodeJS.ProcessEnv, event = ''): Promise<Start> {
  const script = join(import.meta.dirname, '../harness/start.mjs');
  const process = fork(script, [artifact, event], {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [[sample]] = await Promise.all([once(process, 'message'), once(process, 'exit')]);
  return sample;
}
