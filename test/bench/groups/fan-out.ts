import type { SendLoad } from '../actors/lambda.ts';
import type { Bench } from '../harness/bench.ts';
import type { ActorProcess } from '../harness/child.ts';
import { createEnvironment } from '../harness/environment.ts';
import type { BenchResult, MeasureRow } from '../harness/report.ts';
import {
  getCpuMsPerUnit,
  getWallMsPerUnit,
  interleave,
  median,
  type Sample,
  type Times,
} from '../harness/sample.ts';

/** One sample of a message to a room, delivered to the last one in it. */
interface FanOutSample extends Sample {
  /** From the request to its ack, a message. */
  readonly ackMs: number;
  /** How many chunks were handed over, a message. */
  readonly chunks: number;
}

type Samples = Readonly<Record<string, readonly FanOutSample[]>>;

/** Recipients, and messages to so many in one sample: some thousand deliveries each. */
const messages: ReadonlyMap<number, number> = new Map([
  [0, 200],
  [10, 300],
  [100, 80],
  [500, 16],
  [1_000, 8],
  [10_000, 1],
]);
const sizes = [...messages.keys()];
const few = 10;
const alone = 500;
const many = 10_000;
const manyText = many.toLocaleString('en');

const rounds = 7;

/** What a post, and what an asynchronous invocation, takes on AWS; the measures of CPU wait for nothing. */
const far = { postMs: 15, invokeMs: 20 };
const near = { postMs: 0, invokeMs: 0 };

const tableName = 'fanout';
const toRoomName = (size: number) => `room-${size}`;

/** The sender's Lambda, and Lambda's own API with the instance that runs what is handed over. */
interface LambdaPair {
  readonly sender: ActorProcess;
  readonly functions: ActorProcess;
}

/** One message to ever larger rooms: the deliveries to a room, and when the sender hears of it. */
export async function measureFanOut(bench: Bench): Promise<BenchResult> {
  const rooms = Object.fromEntries(sizes.map((size) => [toRoomName(size), size + 1]));
  await bench.engine.call('chat', { tableName, connections: many + 1, rooms });
  const pair = await startPair(bench);
  const takeSamples = (of: readonly number[]): Promise<Samples> =>
    interleave(
      Object.fromEntries(of.map((size) => [`${size}`, () => deliver(bench, pair, size)])),
      rounds,
    );
  const samples = await takeSamples(sizes);
  await setLatency(bench, pair, far);
  const distant = await takeSamples([alone, many]);
  await setLatency(bench, pair, near);
  await stopPair(pair);
  const peaks = { few: await measurePeakMb(bench, few), many: await measurePeakMb(bench, many) };
  const named = Object.entries(distant).map(([size, list]) => [`${size}, far`, list]);
  return {
    rows: [
      ...createRecipientRows(samples),
      ...createAckRows(samples, distant),
      createMemoryRow(peaks),
    ],
    samples: { ...samples, ...Object.fromEntries(named) },
  };
}

async function startPair({ start, artifacts, engine, gateway }: Bench): Promise<LambdaPair> {
  const surroundings = {
    tableName,
    database: await engine.call<string>('endpoint'),
    gateway: await gateway.call<string>('endpoint'),
  };
  const artifact = { artifact: artifacts.ours };
  const functions = await start('functions', artifact, createEnvironment(surroundings));
  const api = await functions.call<string>('endpoint');
  const sender = await start(
    'lambda',
    artifact,
    createEnvironment({ ...surroundings, functions: api }),
  );
  return { sender, functions };
}

async function stopPair({ sender, functions }: LambdaPair): Promise<void> {
  await sender.stop();
  await functions.stop();
}

async function setLatency(
  { gateway }: Bench,
  { functions }: LambdaPair,
  { postMs, invokeMs }: typeof far,
) {
  await gateway.call('latency', postMs);
  await functions.call('latency', invokeMs);
}

/** Sends messages one after another, and waits until the last one has come to everybody. */
async function deliver(
  { gateway }: Bench,
  { sender, functions }: LambdaPair,
  size: number,
  units = messages.get(size) ?? 1,
): Promise<FanOutSample> {
  const cpu = async () => (await sender.usage()).cpuMs + (await functions.usage()).cpuMs;
  await gateway.call('reset');
  const before = await cpu();
  const arrival = gateway.call<number>('arrival', size * units);
  const sending: SendLoad = { units, room: toRoomName(size), ids: true };
  const { startedAt, endedAt } = await sender.call<Times>('run', sending);
  const lastAt = Math.max(endedAt, await arrival);
  const chunks = await functions.call<number>('settled');
  return {
    units,
    wallMs: lastAt - startedAt,
    cpuMs: (await cpu()) - before,
    ackMs: (endedAt - startedAt) / units,
    chunks: chunks / units,
  };
}

/** The most memory that the sender or the other instance has resident, in processes that do nothing else. */
async function measurePeakMb(bench: Bench, size: number): Promise<number> {
  const pair = await startPair(bench);
  await deliver(bench, pair, size, (3 * many) / size);
  const [one, other] = [await pair.sender.usage(), await pair.functions.usage()];
  await stopPair(pair);
  return Math.max(one.peakMb, other.peakMb);
}

/** A recipient's share, without what a message to nobody takes. */
function createRecipientRows(samples: Samples): MeasureRow[] {
  const of = (size: number) => samples[size] ?? [];
  const share = (size: number, figure: typeof getCpuMsPerUnit) =>
    (figure(of(size)) - figure(of(0))) / size;
  return (
    [
      ['CPU', getCpuMsPerUnit],
      ['time', getWallMsPerUnit],
    ] as const
  ).map(([what, figure]) => ({
    ...{
      measure: `one of ${manyText} recipients, ${what}`,
      unit: 'ms',
      value: share(many, figure),
    },
    ...{
      control: `one of ${few} recipients`,
      controlValue: share(few, figure),
      target: { atMost: 1.2 },
    },
  }));
}

function createAckRows(samples: Samples, distant: Samples): MeasureRow[] {
  const ack = (of: Samples, size: number) => median((of[size] ?? []).map(({ ackMs }) => ackMs));
  const end = (of: Samples) => getWallMsPerUnit(of[many] ?? []);
  const row = (how: string, of: Samples, control: string, controlValue: number): MeasureRow => ({
    ...{ measure: `ack of a message to ${manyText}${how}, time`, unit: 'ms', value: ack(of, many) },
    ...{ control, controlValue },
  });
  const apart = `, ${far.postMs} ms per delivery`;
  return [
    { ...row(apart, distant, `to ${alone}`, ack(distant, alone)), target: { atMost: 2 } },
    { ...row(apart, distant, 'last delivery', end(distant)), target: { atMost: 1 } },
    row(', 0 ms per delivery', samples, `to ${alone}`, ack(samples, alone)),
    row(', 0 ms per delivery', samples, 'last delivery', end(samples)),
  ];
}

function createMemoryRow(peaks: { readonly few: number; readonly many: number }): MeasureRow {
  return {
    ...{ measure: `memory, messages to ${manyText}`, unit: 'MB', value: peaks.many },
    ...{ control: `to ${few}`, controlValue: peaks.few, target: { atMostMore: 64 } },
  };
}
