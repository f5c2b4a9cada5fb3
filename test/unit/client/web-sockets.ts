import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import { WebSocket as PackageWebSocket } from 'ws';
import type { Client, ConnectionState, WebSocketConstructor } from '../../../src/client/index.ts';

/** The WebSocket classes to test, by the name of their source. */
export const classes: readonly [name: string, WebSocket: WebSocketConstructor | undefined][] = [
  ['the package ws', PackageWebSocket],
  ['Node itself', undefined],
];

/** Resolves when a client next reports a state. */
export const waitForState = (client: Client, wanted: ConnectionState) =>
  new Promise<void>((resolve) => client.on('state', ({ state }) => state === wanted && resolve()));

/** Waits until a condition holds that other events bring about. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 2_000_000) throw new Error(`Timed out waiting for ${condition}.`);
    await setImmediate();
  }
}

/** The diagnostics channel with the responses to Node's own requests. */
const responseChannel = 'undici:request:headers';

/** Returns how many listeners the channel with the responses to Node's own requests has. */
export function countSubscribers(): number {
  const listener = () => {};
  subscribe(responseChannel, listener);
  const { channel } = process.getBuiltinModule('node:diagnostics_channel');
  // Only this internal field has the listeners, and only while there is one.
  const { _subscribers: all } = channel(responseChannel) as unknown as { _subscribers: unknown[] };
  const count = all.length - 1;
  unsubscribe(responseChannel, listener);
  return count;
}
