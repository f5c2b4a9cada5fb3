import type { SendLoad } from '../actors/lambda.ts';
import type { Artifacts } from '../harness/artifacts.ts';
import type { Bench } from '../harness/bench.ts';
import type { ActorProcess } from '../harness/child.ts';
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

/** How many people are in the room that is spoken to. */
const people = 20;
const room = 'tea';

/** How many connections there are in the table, most of them elsewhere. */
const sizes = [people, 1_000, 10_000, 100_000] as const;

/** The tutorial posts to them all; to more than so many it would take a minute a message. */
const maxPosts = 10_000;

const rounds = 7;
const fewRounds = 3;

/**
 * Messages in one sample, and before the first: until V8 has compiled what is hot, a message costs twice, and
 * the first ones after a pause cost a half more.
 */
const units = 400;
const warmUpUnits = 3_000;

/** One warm `sendmessage`, from the gateway's event to the reply, all deliveries made. */
export async function measureSendMessage(bench: Bench): Promise<BenchResult> {
  await seedTables(bench.engine);
  const small = { ...(await createRoomSubjects(bench)), ...(await createControlSubjects(bench)) };
  const samples = {
    ...(await interleave(small, rounds)),
    ...(await interleave(await createTutorialSubjects(bench), fewRounds)),
  };
  return { rows: createRows((name) => samples[name] ?? []), samples };
}

async function seedTables(engine: ActorProcess): Promise<void> {
  for (const connections of sizes) {
    const rooms = { [room]: people };
    await engine.call('chat', { tableName: `ours-${connections}`, connections, rooms });
    await engine.call('tutorial', { tableName: `tutorial-${connections}`, connections, rooms });
  }
}

/** Ours, and the tutorial with rooms by a filter, with ever more connections that are not in the room. */
async function createRoomSubjects(bench: Bench): Promise<Record<string, Subject>> {
  const subjects: Record<string, Subject> = {};
  for (const size of sizes) {
    const ours = await startSender(bench, 'ours', `ours-${size}`);
    await ours.call('run', { units: warmUpUnits, room });
    subjects[`ours, ${size}`] = createCountedSubject(
      bench,
      ours,
      { units, room, ids: true },
      people - 1,
    );
    if (size === people) {
      subjects['without id'] = createCountedSubject(bench, ours, { units, room }, people - 1);
      subjects['ping'] = createSubject(ours, { units: 5_000 }, 'ping');
    }
    const filtered = await startSender(bench, 'tutorial', `tutorial-${size}`, {
      TUTORIAL_ROOM: room,
    });
    // A Scan of the largest takes most of a second.
    const fewer = { units: Math.max(2, Math.min(units, 20_000 / size)) };
    await filtered.call('run', { units: Math.min(warmUpUnits, 10 * fewer.units) });
    subjects[`tutorial with rooms, ${size}`] = createCountedSubject(
      bench,
      filtered,
      fewer,
      people - 1,
    );
  }
  return subjects;
}

/** The same handler without middy and validation, and the tutorial as it is. */
async function createControlSubjects(bench: Bench): Promise<Record<string, Subject>> {
  const bare = await startSender(bench, 'bare', `ours-${people}`);
  await bare.call('run', { units: warmUpUnits, room });
  const tutorial = await startSender(bench, 'tutorial', `tutorial-${people}`);
  await tutorial.call('run', { units: warmUpUnits });
  return {
    [`tutorial, ${people}`]: createCountedSubject(bench, tutorial, { units }, people - 1),
    'without middleware': createCountedSubject(bench, bare, { units, room, ids: true }, people - 1),
    'ping without middleware': createSubject(bare, { units: 5_000 }, 'ping'),
  };
}

/** The tutorial as it is, in ever larger tables: everyone gets everything. */
async function createTutorialSubjects(bench: Bench): Promise<Record<string, Subject>> {
  const subjects: Record<string, Subject> = {};
  for (const size of sizes) {
    if (size === people || size > maxPosts) continue;
    const child = await startSender(bench, 'tutorial', `tutorial-${size}`);
    const sending = { units: Math.ceil(4_000 / size) };
    subjects[`tutorial, ${size}`] = createCountedSubject(bench, child, sending, size - 1);
  }
  return subjects;
}

async function startSender(
  { start, artifacts, engine, gateway }: Bench,
  name: keyof Artifacts,
  tableName: string,
  further: NodeJS.ProcessEnv = {},
): Promise<ActorProcess> {
  const surroundings = {
    tableName,
    database: await engine.call<string>('endpoint'),
    gateway: await gateway.call<string>('endpoint'),
  };
  const env = { ...createEnvironment(surroundings), ...further };
  return start('lambda', { artifact: artifacts[name] }, env);
}

/** The process as a subject whose every message must have come to so many. */
function createCountedSubject(
  { gateway }: Bench,
  child: ActorProcess,
  sending: SendLoad,
  recipients: number,
): Subject {
  const messages = createSubject(child, sending);
  return async () => {
    await gateway.call('reset');
    const sample = await messages();
    const count = await gateway.call<number>('count');
    const expected = sending.units * recipients;
    if (count !== expected) throw new Error(`${count} posts came of ${expected}.`);
    return sample;
  };
}

function createRows(of: (name: string) => readonly Sample[]): MeasureRow[] {
  const [smallest, , large, largest] = sizes;
  const cpu = (measure: string, ours: string, control: string, its: string): MeasureRow => ({
    ...{ measure: `${measure}, CPU`, unit: 'ms', value: getCpuMsPerUnit(of(ours)) },
    ...{ control, controlValue: getCpuMsPerUnit(of(its)) },
  });
  const few = `ours, ${smallest}`;
  const many = `ours, ${largest}`;
  const crowd = `table of ${largest.toLocaleString('en')} connections`;
  const send = `\`sendmessage\` in a room of ${people}`;
  return [
    {
      ...cpu(send, few, `tutorial, ${people} connections in total`, `tutorial, ${people}`),
      target: { atMost: 0.5 },
    },
    {
      ...cpu(`${send}, ${crowd}`, many, `table of ${people} connections`, few),
      target: { atMost: 1.2 },
    },
    cpu(
      `${send}, table of ${large.toLocaleString('en')} connections`,
      `ours, ${large}`,
      'tutorial, delivers to all',
      `tutorial, ${large}`,
    ),
    cpu(`${send}, ${crowd}`, many, 'tutorial with a filter', `tutorial with rooms, ${largest}`),
    {
      ...{ measure: `${send}, ${crowd}, time`, unit: 'ms', value: getWallMsPerUnit(of(many)) },
      control: 'tutorial with a filter',
      controlValue: getWallMsPerUnit(of(`tutorial with rooms, ${largest}`)),
    },
    cpu(`${send}, without \`id\``, 'without id', 'the same with `id`', few),
    cpu(send, few, 'without middy and validation', 'without middleware'),
    cpu('`ping`', 'ping', 'without middy and validation', 'ping without middleware'),
  ];
}
