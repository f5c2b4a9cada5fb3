import type { Posting } from '../actors/posts.ts';
import type { Bench } from '../harness/bench.ts';
import type { Child } from '../harness/child.ts';
import { environment } from '../harness/environment.ts';
import type { Findings, Row } from '../harness/report.ts';
import { cpuOf, interleave, runs, type Sample, type Subject, timeOf } from '../harness/sample.ts';

const rounds = 9;
const kinds = ['ours', 'sdk', 'unsigned'] as const;
type Kind = (typeof kinds)[number];

/** What is posted in one sample: as many on their way as a broadcast has, and as many as the limit is told at. */
const broadcasting: Posting = { units: 3_000, inFlight: 64 };
const crowded: Posting = { units: 6_000, inFlight: 200 };

/** One post to a connection: what of a core it takes, and how many a core does in a second. */
export async function delivery(bench: Bench): Promise<Findings> {
  const plain = await over(bench, bench.gateway, '');
  const secure = await over(bench, bench.secureGateway, ' over TLS');
  return {
    rows: [...plain.rows, ...secure.rows],
    samples: { ...plain.samples, ...secure.samples },
  };
}

async function over({ start, authority }: Bench, gateway: Child, how: string): Promise<Findings> {
  const endpoint = await gateway.call<string>('endpoint');
  const env = { ...environment(), NODE_EXTRA_CA_CERTS: authority };
  const children = await Promise.all(kinds.map((kind) => start('posts', { kind, endpoint }, env)));
  const each = (posting: Posting) =>
    Object.fromEntries(
      kinds.map((kind, index) => [kind, counted(gateway, children[index] as Child, posting)]),
    ) as Record<Kind, Subject>;
  const cpu = await interleave(each(broadcasting), rounds);
  const rate = await interleave(each(crowded), rounds);
  await Promise.all(children.map((child) => child.stop()));
  const sdk = 'the SDK’s client with its defaults';
  const limit = 'unsigned, on as many sockets';
  const rows: Row[] = [
    {
      ...{ measure: `one post${how}, CPU`, unit: 'ms', value: cpuOf(cpu.ours) },
      ...{ control: sdk, controlValue: cpuOf(cpu.sdk), target: { atMost: 0.35 } },
    },
    {
      ...{ measure: `one post${how}, CPU`, unit: 'ms', value: cpuOf(cpu.ours) },
      ...{ control: limit, controlValue: cpuOf(cpu.unsigned) },
    },
    {
      ...{ measure: `posts a second${how}, 200 in flight`, unit: '/s', value: rateOf(rate.ours) },
      ...{ control: limit, controlValue: rateOf(rate.unsigned), target: { atLeast: 0.5 } },
    },
    {
      ...{ measure: `posts a second${how}, 200 in flight`, unit: '/s', value: rateOf(rate.ours) },
      ...{ control: sdk, controlValue: rateOf(rate.sdk) },
    },
  ];
  const named = kinds.flatMap((kind) => [
    [`${kind}${how}, 64 in flight`, cpu[kind]],
    [`${kind}${how}, 200 in flight`, rate[kind]],
  ]);
  return { rows, samples: Object.fromEntries(named) };
}

/** Posts a second. */
const rateOf = (samples: readonly Sample[]) => 1000 / timeOf(samples);

/** The process as a subject whose every post must have come to the gateway. */
function counted(gateway: Child, child: Child, posting: Posting): Subject {
  const posts = runs(child, posting);
  return async () => {
    await gateway.call('reset');
    const sample = await posts();
    const count = await gateway.call<number>('count');
    if (count !== posting.units) throw new Error(`${count} posts came of ${posting.units}.`);
    return sample;
  };
}
