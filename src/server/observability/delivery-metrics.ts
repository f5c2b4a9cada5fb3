import type { Outcomes } from '../delivery/broadcast.ts';
import type { Tally } from '../delivery/deliver.ts';
import { count, took } from './invocation.ts';

/** Makes deliveries, and lets the metrics have what came of them. */
export async function counted<T extends Tally & Partial<Outcomes>>(
  deliver: () => Promise<T>,
): Promise<T> {
  const outcomes = await deliver();
  count('Delivered', outcomes.delivered);
  count('Gone', outcomes.gone);
  count('GivenUp', outcomes.failed);
  count('HandedOver', outcomes.handedOver ?? 0);
  return outcomes;
}

/**
 * The same, and how long they took, where somebody waits for them. Nobody waits for a chunk, and one recipient
 * that never answers takes all the time that it has.
 */
export async function measured(deliver: () => Promise<Outcomes>): Promise<Outcomes> {
  const startedAt = performance.now();
  const outcomes = await counted(deliver);
  const { delivered, gone, failed, handedOver } = outcomes;
  // To nobody it takes no time worth knowing.
  if (delivered + gone + failed + handedOver > 0) {
    took('FanOutTime', Math.round(performance.now() - startedAt));
  }
  return outcomes;
}
