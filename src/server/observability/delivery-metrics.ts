import { addCount, recordDuration } from './invocation.ts';

/** The numbers of deliveries by their outcome. */
type Counts = Readonly<Record<'delivered' | 'gone' | 'failed', number>>;

/** Adds the counts of deliveries to the metrics of the invocation. */
export function recordDeliveryCounts({ delivered, gone, failed }: Counts): void {
  addCount('Delivered', delivered);
  addCount('Gone', gone);
  addCount('DeliveryFailed', failed);
}

/**
 * Adds the result of a broadcast and its duration, in milliseconds. Chunks have no duration: no
 * client waits for them, and one recipient that never answers takes all of their time.
 */
export function recordBroadcast(
  result: Counts & { readonly enqueued: number },
  durationMs: number,
): void {
  recordDeliveryCounts(result);
  addCount('Enqueued', result.enqueued);
  const { delivered, gone, failed, enqueued } = result;
  // A room without other connections would only lower the percentiles.
  if (delivered + gone + failed + enqueued > 0) {
    recordDuration('FanOutLatency', Math.round(durationMs));
  }
}
