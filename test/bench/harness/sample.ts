import type { ActorProcess } from './child.ts';

/** One measurement of so many units of work. */
export interface Sample {
  readonly units: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** When work began and when it was done, in milliseconds since whenever. */
export interface Times {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What is measured: takes one sample of itself. */
export type Subject = () => Promise<Sample>;

/**
 * Samples subjects in turn, A B A B, so that whatever else the machine does meets all alike. The first
 * round warms them up and is not counted.
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

/** A process that is told to do so many units of some work, as a subject. */
export function createSubject(
  child: ActorProcess,
  argument: { readonly units: number },
  method = 'run',
): Subject {
  return async () => {
    const before = await child.usage();
    const { startedAt, endedAt } = await child.call<Times>(method, argument);
    const after = await child.usage();
    const cpuMs = after.cpuMs - before.cpuMs;
    return { units: argument.units, wallMs: endedAt - startedAt, cpuMs };
  };
}

/** The middle one of these. */
export function median(values: readonly number[]): number {
  const inOrder = values.toSorted((a, b) => a - b);
  const middle = inOrder.length / 2;
  const [low, high] = [inOrder[Math.ceil(middle) - 1], inOrder[Math.floor(middle)]];
  if (low === undefined || high === undefined)
    throw new Error('There is nothing to take a median of.');
  return (low + high) / 2;
}

/** Milliseconds of CPU a unit. */
export const getCpuMsPerUnit = (samples: readonly Sample[]) =>
  median(samples.map(({ cpuMs, units }) => cpuMs / units));

/** Milliseconds a unit. */
export const getWallMsPerUnit = (samples: readonly Sample[]) =>
  median(samples.map(({ wallMs, units }) => wallMs / units));
