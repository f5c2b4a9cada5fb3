import { AsyncLocalStorage } from 'node:async_hooks';
import type { ErrorCode } from '../../../schemas/errors.ts';
import type { Counts, Metric } from './metrics.ts';

/** Writes one line of the log: an object, in JSON. */
export type Log = (line: object) => void;

/** Why an invocation failed; the reason is for the log alone. */
export interface Failure {
  readonly code: ErrorCode;
  readonly reason?: string | undefined;
}

/** What is seen of one invocation while it runs. */
export interface Observation {
  readonly requestId: string;
  readonly counts: Counts;
  failure?: Failure;
  /** Lines of warning that it has written. */
  warnings: number;
}

/** The observation of the invocation that runs now. */
export const observation = new AsyncLocalStorage<Observation>();

/** Adds to a measure of the invocation that runs now. */
export function count(metric: Metric, by = 1): void {
  const counts = observation.getStore()?.counts;
  if (counts && by > 0) counts[metric] = (counts[metric] ?? 0) + by;
}

/** Tells how long something took, in milliseconds; of several the longest is kept. */
export function took(metric: Metric, ms: number): void {
  const counts = observation.getStore()?.counts;
  if (counts) counts[metric] = Math.max(counts[metric] ?? 0, ms);
}
