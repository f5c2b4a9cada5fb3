import type { ActorProcess } from './actor-process.ts';

/** One measurement of some work. */
export interface Sample {
  /** Units of work, such as messages or deliveries. */
  readonly units: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Start and end of some work, in milliseconds since any fixed time. */
export interface Times {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A function that does some work and measures it. */
export type Subject = () => Promise<Sample>;

/**
 * Measures the subjects in turn (A B A B), so that other load on the machine affects all of them.
 * The first round only warms them up.
 */
export async function interleave<N extends string, S extends Sample>(
  subjects: Readonly<Record<N, () => Promise<S>>>,
  rounds: number,
): Promise<Record<N, S[]>> {
  const names = Object.keys(subjects) as N[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as S[]])) as Record<N, S[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const sample = await subjects[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** Creates a subject that calls a method of an actor, and measures the actor's process. */
export function createSubject(
  actor: ActorProcess,
  argument: { readonly units: number },
  method = 'run',
): Subject {
  return async () => {
    const before = await actor.usage();
    const { startedAt, endedAt } = await actor.call<Times>(method, argument);
    const after = await actor.usage();
    const cpuMs = after.cpuMs - before.cpuMs;
    return { units: argument.units, wallMs: endedAt - startedAt, cpuMs };
  };
}

/** Returns the median. Of two middle values it is the mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined)
    throw new Error('A median needs at least one value.');
  return (low + high) / 2;
}

/** Returns the median of the milliseconds of CPU per unit. */
export const getCpuMsPerUnit = (samples: readonly Sample[]) =>
  median(samples.map(({ cpuMs, units }) => cpuMs / units));

/** Returns the median of the milliseconds per unit. */
export const getWallMsPerUnit = (samples: readonly Sample[]) =>
  median(samples.map(({ wallMs, units }) => wallMs / units));
