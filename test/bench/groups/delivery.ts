import type { PostLoad } from '../actors/posts.ts';
import type { ActorProcess } from '../harness/actor-process.ts';
import type { Bench } from '../harness/bench.ts';
import { createEnvironment } from '../harness/environment.ts';
import type { BenchResult, MeasureRow } from '../harness/report.ts';
import {
  getCpuMsPerUnit,
  getWallMsPerUnit,
  interleave,
  type Sample,
  type Subject,
} from '../harness/sample.ts';
import { createVerifiedSubject } from '../harness/verified-subject.ts';

const rounds = 9;
const kinds = ['ours', 'sdk', 'unsigned'] as const;
type SamplesByKind = Readonly<Record<(typeof kinds)[number], readonly Sample[]>>;

/** The concurrency of a broadcast, for the CPU time of a delivery. */
const broadcastLoad: PostLoad = { units: 3_000, inFlight: 64 };
/** A concurrency that uses the whole core, for the rate of deliveries. */
const highLoad: PostLoad = { units: 6_000, inFlight: 200 };

/** Measures the CPU time of one delivery, and the deliveries per second of one core. */
export async function measureDelivery(bench: Bench): Promise<BenchResult> {
  const plain = await measureGateway(bench, bench.gateway, '');
  const secure = await measureGateway(bench, bench.secureGateway, ' over TLS');
  return {
    rows: [...plain.rows, ...secure.rows],
    samples: { ...plain.samples, ...secure.samples },
  };
}

async function measureGateway(
  { start, certificateFile }: Bench,
  gateway: ActorProcess,
  suffix: string,
): Promise<BenchResult> {
  const endpoint = await gateway.call<string>('endpoint');
  const env = { ...createEnvironment(), NODE_EXTRA_CA_CERTS: certificateFile };
  const actors = {
    ours: await start('posts', { kind: 'ours', endpoint }, env),
    sdk: await start('posts', { kind: 'sdk', endpoint }, env),
    unsigned: await start('posts', { kind: 'unsigned', endpoint }, env),
  };
  const createSubjects = (load: PostLoad): Record<keyof SamplesByKind, Subject> => ({
    ours: createVerifiedSubject(gateway, actors.ours, load),
    sdk: createVerifiedSubject(gateway, actors.sdk, load),
    unsigned: createVerifiedSubject(gateway, actors.unsigned, load),
  });
  const cpuSamples = await interleave(createSubjects(broadcastLoad), rounds);
  const rateSamples = await interleave(createSubjects(highLoad), rounds);
  await Promise.all(Object.values(actors).map((actor) => actor.stop()));
  const named = kinds.flatMap((kind) => [
    [`${kind}${suffix}, 64 in flight`, cpuSamples[kind]],
    [`${kind}${suffix}, 200 in flight`, rateSamples[kind]],
  ]);
  return {
    rows: createRows(suffix, cpuSamples, rateSamples),
    samples: Object.fromEntries(named),
  };
}

function createRows(
  suffix: string,
  cpuSamples: SamplesByKind,
  rateSamples: SamplesByKind,
): MeasureRow[] {
  const sdk = 'SDK client with its defaults';
  const unsigned = 'unsigned, same number of sockets';
  const cpu = {
    measure: `one delivery${suffix}, CPU`,
    unit: 'ms',
    value: getCpuMsPerUnit(cpuSamples.ours),
  } as const;
  const rate = {
    measure: `deliveries per second${suffix}, 200 in flight`,
    unit: '/s',
    value: getRate(rateSamples.ours),
  } as const;
  return [
    {
      ...cpu,
      control: sdk,
      controlValue: getCpuMsPerUnit(cpuSamples.sdk),
      target: { atMost: 0.35 },
    },
    { ...cpu, control: unsigned, controlValue: getCpuMsPerUnit(cpuSamples.unsigned) },
    {
      ...rate,
      control: unsigned,
      controlValue: getRate(rateSamples.unsigned),
      target: { atLeast: 0.5 },
    },
    { ...rate, control: sdk, controlValue: getRate(rateSamples.sdk) },
  ];
}

/** Returns the deliveries per second. */
const getRate = (samples: readonly Sample[]) => 1000 / getWallMsPerUnit(samples);
