import type { Connection } from './connection.ts';
import { ignoring, isTimeout, timeoutError } from './errors.ts';

/**
 * Leaves a room on a connection, after the answer to the last `joinroom` there. The gateway may swap two
 * frames of a connection. A frame that is handled too late would undo the one after it:
 *
 *     joinroom ──►   ◄── ack   leaveroom ──►   ◄── ack
 *     joinroom ──►       no answer in time: end the connection, and its memberships with it
 *
 * @throws {@link KaiwaError} with the server's code, or `disconnected`.
 */
export async function leaveRoom(
  connection: Connection,
  room: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (connection.hasOverdueJoin(room)) throw timeoutError();
    await connection.request('leaveroom', { room }, { signal }).catch(ignoring('not_member'));
  } catch (thrown) {
    if (!isTimeout(thrown)) throw thrown;
    connection.end(thrown);
  }
}
