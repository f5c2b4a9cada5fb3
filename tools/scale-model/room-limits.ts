import { subscriptionKey } from '../../src/server/store/keys.ts';
import { assumed, configured } from './assumptions.ts';
import { quotas } from './prices.ts';

/** Bytes of one member's row. DynamoDB counts names and values. */
const memberBytes = (() => {
  const { pk, sk } = subscriptionKey('general', 'u'.repeat(22), 'c'.repeat(16));
  const names = ['pk', 'sk', 'name', 'connectedAt', 'ttl', 'announced'].join('').length;
  return names + pk.length + sk.length + 'Aki Tanaka'.length + 8 + 6 + 1;
})();

/** Returns the read units of a query of all members, for a room of `size` connections. */
export const getRoomReadUnits = (size: number) => Math.ceil((size * memberBytes) / 4096);

/** Returns the messages per second that each limit allows in a room of `size` connections. */
export function getRoomLimits(size: number) {
  return {
    // Each message is one request, and one delivery to each of the others.
    gateway: quotas.gatewayPerSecond / size,
    counter: quotas.partitionWritesPerSecond,
    reading: quotas.partitionReadsPerSecond / getRoomReadUnits(size),
  };
}

/**
 * Returns the milliseconds in which one invocation delivers to all recipients.
 * It waits and works at the same time, so the longer of both counts.
 */
export function getDeliveryMs(
  recipients: number,
  cpuMs: number,
  concurrency: number = configured.concurrency,
): number {
  const waitingMs = Math.ceil(recipients / concurrency) * assumed.postMs;
  return Math.max(waitingMs, (recipients * cpuMs) / assumed.cores);
}
