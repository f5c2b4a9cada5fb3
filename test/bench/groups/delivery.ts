import type { PostLoad } from '../actors/posts.ts';
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

const rounds = 9;
const kinds = ['ours', 'sdk', 'unsigned'] as const;
type Kind = (typeof kinds)[number];

/** What is posted in one sample: as many on their way as a broadcast has, and as many as the limit is told at. */
const broadcastLoad: PostLoad = { units: 3_000, inFlight: 64 };
const highLoad: PostLoad = { units: 6_000, inFlight: 200 };

/** One post to a connection: what of a core it takes, and how many a core does in a second. */
export async function measureDelivery(bench: Bench): Promise<BenchResult> {
  const plain = await measureOver(bench, bench.gateway, '');
  const secure = await measureOver(bench, bench.secureGateway, ' over TLS');
  return {
    rows: [...plain.rows, ...secure.rows],
    samples: { ...plain.samples, ...secure.samples },
  };
}

async function measureOver(
  { start, authority }: Bench,
  gateway: ActorProcess,
  how: string,
): Promise<BenchResult> {
  const endpoint = await gateway.call<string>('endpoint');
  const env = { ...createEnvironment(), NODE_EXTRA_CA_CERTS: authority };
  const children = await Promise.all(kinds.map((kind) => start('posts', { kind, endpoint }, env)));
  const each = (posting: PostLoad) =>
    Object.fromEntries(
      kinds.map((kind, index) => [
        kind,
        createCountedSubject(gateway, children[index] as ActorProcess, posting),
      ]),
    ) as Record<Kind, Subject>;
  const cpu = await interleave(each(broadcastLoad), rounds);
  const rate = await interleave(each(highLoad), rounds);
  await Promise.all(children.map((child) => child.stop()));
  const sdk = 'SDK client with its defaults';
  const limit = 'unsigned, same number of sockets';
  const rows: MeasureRow[] = [
    {
      ...{ measure: `one delivery${how}, CPU`, unit: 'ms', value: getCpuMsPerUnit(cpu.ours) },
      ...{ control: sdk, controlValue: getCpuMsPerUnit(cpu.sdk), target: { atMost: 0.35 } },
    },
    {
      ...{ measure: `one delivery${how}, CPU`, unit: 'ms', value: getCpuMsPerUnit(cpu.ours) },
      ...{ control: limit, controlValue: getCpuMsPerUnit(cpu.unsigned) },
    },
    {
      ...{
        measure: `deliveries per second${how}, 200 in flight`,
        unit: '/s',
        value: getPostsPerSecond(rate.ours),
      },
      ...{
        control: limit,
        controlValue: getPostsPerSecond(rate.unsigned),
        target: { atLeast: 0.5 },
      },
    },
    {
      ...{
        measure: `deliveries per second${how}, 200 in flight`,
        unit: '/s',
        value: getPostsPerSecond(rate.ours),
      },
      ...{ control: sdk, controlValue: getPostsPerSecond(rate.sdk) },
    },
  ];
  const named = kinds.flatMap((kind) => [
    [`${kind}${how}, 64 in flight`, cpu[kind]],
    [`${kind}${how}, 200 in flight`, rate[kind]],
  ]);
  return { rows, samples: Object.fromEntries(named) };
}

/** Posts a second. */
const getPostsPerSecond = (samples: readonly Sample[]) => 1000 / getWallMsPerUnit(samples);

/** The process as a subject whose every post must have come to the gateway. */
function createCountedSubject(
  gateway: ActorProcess,
  child: ActorProcess,
  posting: PostLoad,
): Subject {
  const posts = createSubject(child, posting);
  return async () => {
    await gateway.call('reset');
    const sample = await posts();
    const count = await gateway.call<number>('count');
    if (count !== posting.units) throw new Error(`${count} posts came of ${posting.units}.`);
    return sample;
  };
}
