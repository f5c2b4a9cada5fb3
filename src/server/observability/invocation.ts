import { AsyncLocalStorage } from 'node:async_hooks';
import type { ErrorCode } from '../../../schemas/errors.ts';
import type { Metric, MetricValues } from './metrics.ts';

/** Writes one line of the log: an object, in JSON. */
export type WriteLog = (line: object) => void;

/** Why an invocation failed. The reason goes to the log only. */
export interface Failure {
  readonly code: ErrorCode;
  readonly reason?: string | undefined;
}

/** The state of one invocation, kept for its line in the log. */
export interface Invocation {
  readonly requestId: string;
  readonly metrics: MetricValues;
  failure?: Failure;
  /** The number of warnings so far. */
  warnings: number;
}

/** Holds the invocation of the code that runs now. */
export const invocationStorage = new AsyncLocalStorage<Invocation>();

/** Adds to a metric of the current invocation. */
export function addCount(metric: Metric, by = 1): void {
  const metrics = invocationStorage.getStore()?.metrics;
  if (metrics && by > 0) metrics[metric] = (metrics[metric] ?? 0) + by;
}

/** Records a duration, in milliseconds. The longest of an invocation is kept. */
export function recordDuration(metric: Metric, ms: number): void {
  const metrics = invocationStorage.getStore()?.metrics;
  if (metrics) metrics[metric] = Math.max(metrics[metric] ?? 0, ms);
}
