import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { advance, collectEvents, createTestClient, join, type TestClient } from './setup.ts';

/** A minute, in milliseconds. */
export const minute = 60_000;

/** Creates a client that soon renews its ten-minute connection, in a room with three events. */
export async function createAgedClient(options: Parameters<typeof createTestClient>[0] = {}) {
  const testClient = createTestClient({ maxConnectionAgeMs: 10 * minute, ...options });
  const room = await join(testClient.client);
  const events = collectEvents(room);
  for (let index = 0; index < 3; index += 1) testClient.server.publish();
  await advance(10 * minute - 100);
  return { ...testClient, room, events };
}

/** Returns how many connections the server has open. */
export const countOpen = (server: FakeServer) => server.peers.filter(({ isOpen }) => isOpen).length;

/** Returns the states that a client has reported. */
export const toStates = ({ statuses }: Pick<TestClient, 'statuses'>) =>
  statuses.map(({ state }) => state);
