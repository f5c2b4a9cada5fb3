import type { SendLoad } from '../actors/function.ts';
import type { ActorProcess } from '../harness/actor-process.ts';
import type { Bench } from '../harness/bench.ts';
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

/** Messages to a room, measured until the last recipient has each of them. */
interface FanOutSample extends Sample {
  /** Milliseconds from the request to its ack, per message. */
  readonly ackMs: number;
  /** Enqueued chunks per message. */
  readonly chunks: number;
}

type Samples = Readonly<Record<string, readonly FanOutSample[]>>;

/** Messages per sample by number of recipients. Each sample makes some thousand deliveries. */
const messageCounts: ReadonlyMap<number, number> = new Map([
  [0, 200],
  [10, 300],
  [100, 80],
  [500, 16],
  [1_000, 8],
  [10_000, 1],
]);
const roomSizes = [...messageCounts.keys()];
const smallRoom = 10;
/** Largest room whose deliveries the sender's invocation makes alone. */
const directRoom = 500;
const largeRoom = 10_000;
const largeRoomText = largeRoom.toLocaleString('en');

const rounds = 7;

/** Latencies of a delivery and of an asynchronous invocation, about as on AWS. */
const awsLatency = { postMs: 15, invokeMs: 20 };
/** Measurements of CPU time need no latency. */
const noLatency = { postMs: 0, invokeMs: 0 };

const tableName = 'fanout';
const toRoomName = (size: number) => `room-${size}`;

/** The function of the sender, and the Lambda API with the instance that runs chunks. */
interface Functions {
  readonly sender: ActorProcess;
  readonly lambdaApi: ActorProcess;
}

/** Measures one message to rooms of different sizes: its deliveries, and the time of its ack. */
export async function measureFanOut(bench: Bench): Promise<BenchResult> {
  const rooms = Object.fromEntries(roomSizes.map((size) => [toRoomName(size), size + 1]));
  await bench.database.call('createChatTable', { tableName, connections: largeRoom + 1, rooms });
  const functions = await startFunctions(bench);
  const takeSamples = (sizes: readonly number[]): Promise<Samples> =>
    interleave(
      Object.fromEntries(sizes.map((size) => [`${size}`, () => deliver(bench, functions, size)])),
      rounds,
    );
  const samples = await takeSamples(roomSizes);
  await setLatency(bench, functions, awsLatency);
  const distantSamples = await takeSamples([directRoom, largeRoom]);
  await setLatency(bench, functions, noLatency);
  await stopFunctions(functions);
  const smallPeakMb = await measurePeakMb(bench, smallRoom);
  const largePeakMb = await measurePeakMb(bench, largeRoom);
  const named = Object.entries(distantSamples).map(([size, list]) => [`${size}, far`, list]);
  return {
    rows: [
      ...createRecipientRows(samples),
      ...createAckRows(samples, distantSamples),
      createMemoryRow(smallPeakMb, largePeakMb),
    ],
    samples: { ...samples, ...Object.fromEntries(named) },
  };
}

async function startFunctions({ start, artifacts, database, gateway }: Bench): Promise<Functions> {
  const endpoints = {
    tableName,
    databaseUrl: await database.call<string>('endpoint'),
    gatewayUrl: await gateway.call<string>('endpoint'),
  };
  const options = { artifact: artifacts.ours };
  const lambdaApi = await start('lambda-api', options, createEnvironment(endpoints));
  const lambdaUrl = await lambdaApi.call<string>('endpoint');
  const sender = await start('function', options, createEnvironment({ ...endpoints, lambdaUrl }));
  return { sender, lambdaApi };
}

async function stopFunctions({ sender, lambdaApi }: Functions): Promise<void> {
  await sender.stop();
  await lambdaApi.stop();
}

async function setLatency(
  { gateway }: Bench,
  { lambdaApi }: Functions,
  { postMs, invokeMs }: typeof awsLatency,
) {
  await gateway.call('setLatency', postMs);
  await lambdaApi.call('setLatency', invokeMs);
}

/** Sends messages one after another, and waits until all recipients have the last one. */
async function deliver(
  { gateway }: Bench,
  { sender, lambdaApi }: Functions,
  size: number,
  units = messageCounts.get(size) ?? 1,
): Promise<FanOutSample> {
  const readCpuMs = async () => (await sender.usage()).cpuMs + (await lambdaApi.usage()).cpuMs;
  await gateway.call('reset');
  const before = await readCpuMs();
  const deliveries = gateway.call<number>('waitForDeliveries', size * units);
  const load: SendLoad = { units, room: toRoomName(size), hasIds: true };
  const { startedAt, endedAt } = await sender.call<Times>('run', load);
  const lastAt = Math.max(endedAt, await deliveries);
  const chunks = await lambdaApi.call<number>('waitUntilIdle');
  return {
    units,
    wallMs: lastAt - startedAt,
    cpuMs: (await readCpuMs()) - before,
    ackMs: (endedAt - startedAt) / units,
    chunks: chunks / units,
  };
}

/** Returns the larger peak memory of both functions, in fresh processes. */
async function measurePeakMb(bench: Bench, size: number): Promise<number> {
  const functions = await startFunctions(bench);
  await deliver(bench, functions, size, (3 * largeRoom) / size);
  const senderUsage = await functions.sender.usage();
  const lambdaUsage = await functions.lambdaApi.usage();
  await stopFunctions(functions);
  return Math.max(senderUsage.peakMb, lambdaUsage.peakMb);
}

/** Creates the rows of one recipient's share, without the cost of a message to an empty room. */
function createRecipientRows(samples: Samples): MeasureRow[] {
  const createRow = (name: string, getFigure: typeof getCpuMsPerUnit): MeasureRow => {
    const getTotal = (size: number) => getFigure(samples[size] ?? []);
    const getShare = (size: number) => (getTotal(size) - getTotal(0)) / size;
    return {
      measure: `one of ${largeRoomText} recipients, ${name}`,
      unit: 'ms',
      value: getShare(largeRoom),
      control: `one of ${smallRoom} recipients`,
      controlValue: getShare(smallRoom),
      target: { atMost: 1.2 },
    };
  };
  return [createRow('CPU', getCpuMsPerUnit), createRow('time', getWallMsPerUnit)];
}

function createAckRows(samples: Samples, distantSamples: Samples): MeasureRow[] {
  const getAckMs = (from: Samples, size: number) =>
    median((from[size] ?? []).map(({ ackMs }) => ackMs));
  const createRows = (from: Samples, postMs: number): [MeasureRow, MeasureRow] => {
    const ack = {
      measure: `ack of a message to ${largeRoomText}, ${postMs} ms per delivery, time`,
      unit: 'ms',
      value: getAckMs(from, largeRoom),
    } as const;
    return [
      { ...ack, control: `to ${directRoom}`, controlValue: getAckMs(from, directRoom) },
      { ...ack, control: 'last delivery', controlValue: getWallMsPerUnit(from[largeRoom] ?? []) },
    ];
  };
  const [besideDirectRoom, besideLastDelivery] = createRows(distantSamples, awsLatency.postMs);
  return [
    { ...besideDirectRoom, target: { atMost: 2 } },
    { ...besideLastDelivery, target: { atMost: 1 } },
    ...createRows(samples, noLatency.postMs),
  ];
}

const createMemoryRow = (smallPeakMb: number, largePeakMb: number): MeasureRow => ({
  measure: `memory, messages to ${largeRoomText}`,
  unit: 'MB',
  value: largePeakMb,
  control: `to ${smallRoom}`,
  controlValue: smallPeakMb,
  target: { atMostMore: 64 },
});
