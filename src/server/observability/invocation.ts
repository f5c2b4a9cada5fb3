import { AsyncLocalStorage } from 'node:async_hooks';
import type { ErrorCode } from '../../../schemas/errors.ts';
import type { Metric, MetricValues } from './metrics.ts';

/** Writes one line of the log: an object, in JSON. */
export type WriteLog = (line: object) => void;

/** Why an invocation failed; the reason is for the log alone. */
export interface Failure {
  readonly code: ErrorCode;
  readonly reason?: string | undefined;
}

/** What is seen of one invocation while it runs. */
export interface Invocation {
  readonly requestId: string;
  readonly metrics: MetricValues;
  failure?: Failure;
  /** Lines of warning that it has written. */
  warnings: number;
}

/** The observation of the invocation that runs now. */
export const invocationStorage = new AsyncLocalStorage<Invocation>();

/** Adds to a measure of the invocation that runs now. */
export function addCount(metric: Metric, by = 1): void {
  const counts = invocationStorage.getStore()?.metrics;
  if (counts && by > 0) counts[metric] = (counts[metric] ?? 0) + by;
}

/** Tells how long something took, in milliseconds; of several the longest is kept. */
export function recordDuration(metric: Metric, ms: number): void {
  const counts = invocationStorage.getStore()?.metrics;
  if (counts) counts[metric] = Math.max(counts[metric] ?? 0, ms);
}
