import { randomUUID } from 'node:crypto';
import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { TestTable } from '../../helpers/database.ts';
import { TestServer, type TestServerOptions } from '../../helpers/test-server.ts';

/**
 * Creates a room of a sender and a number of other members. One invocation of the server delivers to ten of
 * them. The room is too large to announce its members.
 */
export async function createRoom(table: TestTable, count: number, options: TestServerOptions = {}) {
  const room = `room-${randomUUID()}`;
  const joining = new TestServer(table, { presenceLimit: 0 });
  const addMember = async () => {
    const id = await joining.connect();
    await joining.send(id, { action: 'joinroom', room });
    return id;
  };
  const sender = await addMember();
  const others = await Promise.all(Array.from({ length: count }, () => addMember()));
  const server = new TestServer(table, { fanoutThreshold: 10, presenceLimit: 0, ...options });
  const message = { action: 'sendmessage', room, message: 'to all', id: 'a1' };
  return { server, room, sender, others, message, addMember };
}

/** Returns the seqs that each connection received. */
export const collectSeqs = (server: TestServer, ids: readonly string[]) =>
  ids.map((id) => server.pushedTo(id).map(({ seq }) => seq));

/** Returns the number of recipients of each chunk. */
export const getSizes = (chunks: readonly Chunk[]) =>
  chunks.map(({ recipients }) => recipients.length);

/** Returns an array that holds the same value a number of times. */
export const repeat = <T>(count: number, value: T): T[] =>
  Array.from({ length: count }, () => value);
