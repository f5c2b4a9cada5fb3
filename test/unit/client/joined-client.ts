import type { Client, ClientOptions, RequestOptions } from '../../../src/client/index.ts';
import type { FakePeer } from '../../helpers/fakes/fake-peer.ts';
import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { advance, createTestClient, join } from './setup.ts';

/** The answer to every request for history. */
export const page = { room: 'tea', messages: [], more: false };

/** Answers members of the room only. */
export const answerMembers = (frame: Frame, { rooms }: FakePeer) =>
  rooms.has(frame['room']) ? ack(frame, page) : errorReply(frame, 'not_member');

/** Requests the history of the room. */
export const history = (client: Client, options?: RequestOptions) =>
  client.request('history', { room: 'tea' }, options);

/** Creates a client in a room whose history only members can read. */
export async function createJoinedClient(options: Partial<ClientOptions> = {}) {
  const testClient = createTestClient(options);
  testClient.server.always('history', answerMembers);
  const room = await join(testClient.client);
  return { ...testClient, room };
}

/** Creates such a client that has reconnected. Calling `letIn` answers its join. */
export async function createReconnectingClient() {
  const testClient = await createJoinedClient();
  const { server } = testClient;
  const pendingJoins: (() => void)[] = [];
  server.always('joinroom', (frame, peer) => {
    pendingJoins.push(() => peer.send(server.respond(frame, peer)));
  });
  server.peer.close();
  await advance(1_000);
  expect(testClient.client.status.state).toBe('connected');
  const letIn = () => {
    server.always('joinroom', server.respond);
    for (const answer of pendingJoins.splice(0)) answer();
  };
  return { ...testClient, letIn };
}
