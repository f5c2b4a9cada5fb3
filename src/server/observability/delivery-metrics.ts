import type { BroadcastResult } from '../delivery/broadcast.ts';
import type { DeliveryCounts } from '../delivery/deliver.ts';
import { addCount, recordDuration } from './invocation.ts';

/** Makes deliveries, and lets the metrics have what came of them. */
export async function withDeliveryCounts<T extends DeliveryCounts & Partial<BroadcastResult>>(
  deliver: () => Promise<T>,
): Promise<T> {
  const outcomes = await deliver();
  addCount('Delivered', outcomes.delivered);
  addCount('Gone', outcomes.gone);
  addCount('DeliveryFailed', outcomes.failed);
  addCount('Enqueued', outcomes.enqueued ?? 0);
  return outcomes;
}

/**
 * The same, and how long they took, where somebody waits for them. Nobody waits for a chunk, and one recipient
 * that never answers takes all the time that it has.
 */
export async function withFanOutLatency(
  deliver: () => Promise<BroadcastResult>,
): Promise<BroadcastResult> {
  const startedAt = performance.now();
  const outcomes = await withDeliveryCounts(deliver);
  const { delivered, gone, failed, enqueued } = outcomes;
  // To nobody it takes no time worth knowing.
  if (delivered + gone + failed + enqueued > 0) {
    recordDuration('FanOutLatency', Math.round(performance.now() - startedAt));
  }
  return outcomes;
}
