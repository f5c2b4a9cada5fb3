import type { SendLoad } from '../actors/function.ts';
import type { ActorProcess } from '../harness/actor-process.ts';
import type { Artifacts } from '../harness/artifacts.ts';
import type { Bench } from '../harness/bench.ts';
import { createEnvironment } from '../harness/environment.ts';
import type { BenchResult, MeasureRow } from '../harness/report.ts';
import {
  createSubject,
  getCpuMsPerUnit,
  getWallMsPerUnit,
  interleave,
  type Sample,
  type Subject,
} from '../harness/sample.ts';
import { createVerifiedSubject } from '../harness/verified-subject.ts';

/** Connections in the room. */
const roomSize = 20;
const room = 'tea';

/** Connections in the table. Most of them are not in the room. */
const tableSizes = [roomSize, 1_000, 10_000, 100_000] as const;

/** Largest table for the tutorial, which delivers to all connections. A larger one takes a minute. */
const maxTutorialSize = 10_000;

const rounds = 7;
const fewRounds = 3;

/** Messages per sample. The first messages after a pause cost half as much again. */
const units = 400;
/** Messages before the first sample. Until V8 has compiled the hot code, a message costs twice as much. */
const warmUpUnits = 3_000;

type Subjects = Record<string, Subject>;

/** Measures one warm `sendmessage`, from the event of API Gateway to the reply, with all deliveries. */
export async function measureSendMessage(bench: Bench): Promise<BenchResult> {
  await createTables(bench.database);
  const roomSubjects = await createRoomSubjects(bench);
  const subjects = { ...roomSubjects, ...(await createControlSubjects(bench)) };
  const samples: Readonly<Record<string, readonly Sample[]>> = {
    ...(await interleave(subjects, rounds)),
    ...(await interleave(await createTutorialSubjects(bench), fewRounds)),
  };
  return { rows: createRows((name) => samples[name] ?? []), samples };
}

async function createTables(database: ActorProcess): Promise<void> {
  for (const connections of tableSizes) {
    const seed = { connections, rooms: { [room]: roomSize } };
    await database.call('createChatTable', { ...seed, tableName: `ours-${connections}` });
    await database.call('createTutorialTable', { ...seed, tableName: `tutorial-${connections}` });
  }
}

/** Creates the subjects that deliver to the room only: Kaiwa, and the tutorial with a filter. */
async function createRoomSubjects(bench: Bench): Promise<Subjects> {
  const subjects: Subjects = {};
  const load: SendLoad = { units, room, hasIds: true };
  for (const size of tableSizes) {
    const ours = await startFunction(bench, 'ours', `ours-${size}`);
    await ours.call('run', { units: warmUpUnits, room });
    subjects[`ours, ${size}`] = verifyDeliveries(bench, ours, load);
    if (size === roomSize) {
      subjects['without id'] = verifyDeliveries(bench, ours, { units, room });
      subjects['ping'] = createSubject(ours, { units: 5_000 }, 'ping');
    }
    const env = { TUTORIAL_ROOM: room };
    const filtered = await startFunction(bench, 'tutorial', `tutorial-${size}`, env);
    // A Scan of the largest table takes most of a second.
    const fewer = { units: Math.max(2, Math.min(units, 20_000 / size)) };
    await filtered.call('run', { units: Math.min(warmUpUnits, 10 * fewer.units) });
    subjects[`tutorial with rooms, ${size}`] = verifyDeliveries(bench, filtered, fewer);
  }
  return subjects;
}

/** Creates the subjects without middy and validation, and the tutorial as written. */
async function createControlSubjects(bench: Bench): Promise<Subjects> {
  const bare = await startFunction(bench, 'bare', `ours-${roomSize}`);
  await bare.call('run', { units: warmUpUnits, room });
  const tutorial = await startFunction(bench, 'tutorial', `tutorial-${roomSize}`);
  await tutorial.call('run', { units: warmUpUnits });
  return {
    [`tutorial, ${roomSize}`]: verifyDeliveries(bench, tutorial, { units }),
    'without middleware': verifyDeliveries(bench, bare, { units, room, hasIds: true }),
    'ping without middleware': createSubject(bare, { units: 5_000 }, 'ping'),
  };
}

/** Creates the tutorial as written for larger tables. It delivers to all connections. */
async function createTutorialSubjects(bench: Bench): Promise<Subjects> {
  const subjects: Subjects = {};
  for (const size of tableSizes) {
    if (size === roomSize || size > maxTutorialSize) continue;
    const tutorial = await startFunction(bench, 'tutorial', `tutorial-${size}`);
    const load = { units: Math.ceil(4_000 / size) };
    subjects[`tutorial, ${size}`] = verifyDeliveries(bench, tutorial, load, size - 1);
  }
  return subjects;
}

async function startFunction(
  { start, artifacts, database, gateway }: Bench,
  name: keyof Artifacts,
  tableName: string,
  moreEnv: NodeJS.ProcessEnv = {},
): Promise<ActorProcess> {
  const endpoints = {
    tableName,
    databaseUrl: await database.call<string>('endpoint'),
    gatewayUrl: await gateway.call<string>('endpoint'),
  };
  const env = { ...createEnvironment(endpoints), ...moreEnv };
  return start('function', { artifact: artifacts[name] }, env);
}

const verifyDeliveries = (
  bench: Bench,
  actor: ActorProcess,
  load: SendLoad,
  recipients = roomSize - 1,
) => createVerifiedSubject(bench.gateway, actor, load, recipients);

type GetSamples = (name: string) => readonly Sample[];

const smallestTable = `ours, ${roomSize}`;
const send = `\`sendmessage\` in a room of ${roomSize}`;

const createRows = (getSamples: GetSamples): MeasureRow[] => [
  ...createTableRows(getSamples),
  createCpuRow(
    getSamples,
    [`${send}, without \`id\``, 'without id'],
    ['the same with `id`', smallestTable],
  ),
  createCpuRow(
    getSamples,
    [send, smallestTable],
    ['without middy and validation', 'without middleware'],
  ),
  createCpuRow(
    getSamples,
    ['`ping`', 'ping'],
    ['without middy and validation', 'ping without middleware'],
  ),
];

/** Creates the rows of tables of different sizes. */
function createTableRows(getSamples: GetSamples): MeasureRow[] {
  const [smallest, , large, largest] = tableSizes;
  const toTableName = (size: number) => `table of ${size.toLocaleString('en')} connections`;
  const sendInLargest = `${send}, ${toTableName(largest)}`;
  const ours = [sendInLargest, `ours, ${largest}`] as const;
  const filtered = ['tutorial with a filter', `tutorial with rooms, ${largest}`] as const;
  return [
    {
      ...createCpuRow(
        getSamples,
        [send, smallestTable],
        [`tutorial, ${smallest} connections in total`, `tutorial, ${smallest}`],
      ),
      target: { atMost: 0.5 },
    },
    {
      ...createCpuRow(getSamples, ours, [toTableName(smallest), smallestTable]),
      target: { atMost: 1.2 },
    },
    createCpuRow(
      getSamples,
      [`${send}, ${toTableName(large)}`, `ours, ${large}`],
      ['tutorial, delivers to all', `tutorial, ${large}`],
    ),
    createCpuRow(getSamples, ours, filtered),
    {
      measure: `${sendInLargest}, time`,
      unit: 'ms',
      value: getWallMsPerUnit(getSamples(ours[1])),
      control: filtered[0],
      controlValue: getWallMsPerUnit(getSamples(filtered[1])),
    },
  ];
}

/** Creates a row of CPU times. Measure and control each have a text and the name of their samples. */
function createCpuRow(
  getSamples: GetSamples,
  [measure, sampleName]: readonly [string, string],
  [control, controlSampleName]: readonly [string, string],
): MeasureRow {
  return {
    measure: `${measure}, CPU`,
    unit: 'ms',
    value: getCpuMsPerUnit(getSamples(sampleName)),
    control,
    controlValue: getCpuMsPerUnit(getSamples(controlSampleName)),
  };
}
