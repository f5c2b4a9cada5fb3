import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createConnectionId } from '../actors/database.ts';
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

/** A cold start: the import of the artifact until its handler is ready. */
interface StartSample extends Sample {
  /** Milliseconds from the start of the import to the response of the first request. */
  readonly answeredMs: number;
}

type StartSamples<K extends string> = Readonly<Record<K, readonly StartSample[]>>;

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
const tutorialControl = 'tutorial on SDK v3, one file';

/** Measures cold starts in fresh processes: until the handler is ready, and until the first reply. */
export async function measureColdStart(bench: Bench): Promise<BenchResult> {
  const starts = await measureStarts(bench);
  const responses = await measureFirstResponses(bench);
  const named = Object.entries(responses).map(([name, list]) => [`first answer: ${name}`, list]);
  return {
    rows: [...createStartRows(starts), createResponseRow(responses)],
    samples: { ...starts, ...Object.fromEntries(named) },
  };
}

function measureStarts({ artifacts }: Bench) {
  const env = createEnvironment();
  return interleave(
    {
      empty: () => measureStart(artifacts.empty, env),
      ours: () => measureStart(artifacts.ours, env),
      tutorial: () => measureStart(artifacts.tutorial, env),
      runtime: () => measureStart(artifacts.runtime, env),
    },
    rounds,
  );
}

async function measureFirstResponses({ artifacts, database }: Bench) {
  const seed = { connections: 0, rooms: {} };
  await database.call('createChatTable', { ...seed, tableName: 'cold' });
  await database.call('createTutorialTable', { ...seed, tableName: 'cold-tutorial' });
  const databaseUrl = await database.call<string>('endpoint');
  const env = createEnvironment({ tableName: 'cold', databaseUrl });
  const tutorialEnv = createEnvironment({ tableName: 'cold-tutorial', databaseUrl });
  return interleave(
    {
      ours: () => measureStart(artifacts.ours, env, connectEvent),
      tutorial: () => measureStart(artifacts.tutorial, tutorialEnv, connectEvent),
    },
    rounds,
  );
}

function createStartRows(
  starts: StartSamples<'empty' | 'ours' | 'tutorial' | 'runtime'>,
): MeasureRow[] {
  const createRows = (
    name: 'empty' | 'tutorial' | 'runtime',
    control: string,
    atMost?: number,
  ): MeasureRow[] => {
    const createRow = (figure: string, getFigure: typeof getCpuMsPerUnit): MeasureRow => ({
      measure: `cold start, ${figure}`,
      unit: 'ms',
      value: getFigure(starts.ours),
      control,
      controlValue: getFigure(starts[name]),
      ...(atMost !== undefined && { target: { atMost } }),
    });
    return [createRow('CPU', getCpuMsPerUnit), createRow('time', getWallMsPerUnit)];
  };
  return [
    ...createRows('runtime', 'SDK clients, schemas compiled at startup, one file', 0.35),
    ...createRows('tutorial', tutorialControl, 0.6),
    ...createRows('empty', 'empty module'),
  ];
}

function createResponseRow(responses: StartSamples<'ours' | 'tutorial'>): MeasureRow {
  const getAnsweredMs = (samples: readonly StartSample[]) =>
    median(samples.map(({ answeredMs }) => answeredMs));
  return {
    measure: 'cold start to the first `$connect` answered, time',
    unit: 'ms',
    value: getAnsweredMs(responses.ours),
    control: tutorialControl,
    controlValue: getAnsweredMs(responses.tutorial),
  };
}

async function measureStart(
  artifact: string,
  env: NodeJS.ProcessEnv,
  event = '',
): Promise<StartSample> {
  const script = join(import.meta.dirname, '../harness/cold-start.mjs');
  const child = fork(script, [artifact, event], {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [[sample]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return sample;
}
