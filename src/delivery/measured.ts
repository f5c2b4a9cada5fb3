import { count, took } from '../observation.ts';
import type { Outcomes } from './broadcast.ts';
import type { Tally } from './deliver.ts';

/** Makes deliveries, and lets the metrics have what came of them and how long they took. */
export async function measured<T extends Tally & Partial<Outcomes>>(
  deliver: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const outcomes = await deliver();
  const { delivered, gone, failed, handedOver = 0 } = outcomes;
  // To nobody it takes no time worth knowing.
  if (delivered + gone + failed + handedOver > 0) {
    took('FanOutTime', Math.round(performance.now() - startedAt));
  }
  count('Delivered', delivered);
  count('Gone', gone);
  count('GivenUp', failed);
  count('HandedOver', handedOver);
  return outcomes;
}
