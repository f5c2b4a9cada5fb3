import type { BenchRows } from '../../../src/build/docs/bench-table.ts';
import type { Sample } from './sample.ts';

export type { MeasureRow } from '../../../src/build/docs/bench-table.ts';

/** Rows of a group of measurements, and the samples behind them. */
export interface BenchResult extends BenchRows {
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}
