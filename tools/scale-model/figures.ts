import { readFileSync } from 'node:fs';
import { type Costs, readData, type Units } from '../../src/build/docs/data.ts';

/** Measurements that the model uses: milliseconds of CPU on the machine of the benchmark. */
export interface Measured {
  /** One delivery over TLS: Kaiwa's with a shared payload, and the SDK client's with its defaults. */
  readonly post: { readonly ours: number; readonly sdk: number };
  /** One warm `sendmessage` in a room of 20, without its deliveries: Kaiwa's and the tutorial's. */
  readonly own: { readonly ours: number; readonly tutorial: number };
  /** Increase of the tutorial's `sendmessage` per connection in the table. */
  readonly scannedRow: number;
}

/** Points of a line: the amount that grows, and milliseconds of CPU. */
export type Points = readonly (readonly [at: number, cpuMs: number])[];

/** Growth of one message's CPU time. */
export interface Growth {
  /** By recipients. */
  readonly byRecipients: { readonly kaiwa: Points; readonly tutorial: Points };
  /** By connections in the table, in a room of 20. */
  readonly byConnections: {
    readonly kaiwa: Points;
    readonly withRooms: Points;
    readonly asWritten: Points;
  };
}

/** All figures of the benchmark that the tables and plots use. */
export interface Figures extends Measured {
  readonly growth: Growth;
  /** Milliseconds until the last recipient, of a real fan-out and of the simulation. */
  readonly compared: readonly {
    readonly measure: string;
    readonly value: number;
    readonly controlValue: number;
  }[];
}

/** The part of `results.json` that is read here. */
export interface Results {
  readonly groups: Readonly<
    Record<
      string,
      {
        readonly rows: Figures['compared'];
        readonly samples: Readonly<Record<string, readonly Sample[]>>;
      }
    >
  >;
}

interface Sample {
  readonly units: number;
  readonly cpuMs: number;
}

/** Reads the results of `npm run bench`. */
export function readResults(): Results {
  return JSON.parse(readFileSync('test/bench/results.json', 'utf8'));
}

const sizes = [20, 1_000, 10_000, 100_000];
const rooms = [10, 100, 1_000, 10_000];

/**
 * Extracts the figures from the results.
 *
 * @throws Error if the results lack a measurement.
 */
export function toFigures({ groups }: Results): Figures {
  const cpuMs = (group: string, name: string): number => {
    const samples = groups[group]?.samples[name];
    if (!samples?.length)
      throw new Error(`The results lack "${name}" of ${group}. Run npm run bench.`);
    return median(samples.map((sample) => sample.cpuMs / sample.units));
  };
  const post = (kind: string, how: string) => cpuMs('delivery', `${kind}${how}, 64 in flight`);
  const line = (group: string, of: readonly number[], name: (at: number) => string): Points =>
    of.map((at) => [at, cpuMs(group, name(at))]);
  const withRooms = line('sendmessage', sizes, (at) => `tutorial with rooms, ${at}`);
  const asWritten = line('sendmessage', sizes.slice(0, 3), (at) => `tutorial, ${at}`);
  const kaiwa = line('sendmessage', sizes, (at) => `ours, ${at}`);
  const [[, few] = [0, 0]] = withRooms;
  const [most = 0, many = 0] = withRooms.at(-1) ?? [];
  const [[, send] = [0, 0]] = kaiwa;
  const [[, tutorial] = [0, 0]] = asWritten;
  return {
    post: { ours: post('ours', ' over TLS'), sdk: post('sdk', ' over TLS') },
    own: {
      ours: Math.max(0, send - 19 * post('ours', '')),
      tutorial: Math.max(0, tutorial - 19 * post('sdk', '')),
    },
    scannedRow: Math.max(0, many - few) / (most - 20),
    growth: {
      byRecipients: {
        kaiwa: line('fanout', rooms, (at) => `${at}`),
        tutorial: asWritten.map(([at, ms]) => [at - 1, ms]),
      },
      byConnections: { kaiwa, withRooms, asWritten },
    },
    compared: groups['validation']?.rows ?? [],
  };
}

/** Returns the median. Of two middle values it is the higher. */
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Creates a function that returns an action's units in a room of 20, by its id in the costs. */
export function createUnitLookup({ actions }: Costs = readData('costs')): (id: string) => Units {
  const units = new Map(actions.map(({ id, read, write }) => [id, { read, write }]));
  return (id) => {
    const found = units.get(id);
    if (!found) throw new Error(`The costs have no action ${id}.`);
    return found;
  };
}
