import { abortable } from './async.ts';
import type { Connection } from './connection.ts';
import { ignoring, isTimeout, timeoutError } from './errors.ts';
import type { JoinedRoom } from './joined-room.ts';
import { retryUntil } from './outbox.ts';

/** The limits of a leave. */
export interface LeaveOptions {
  /** How long to retry, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborts when the client is closed. The memberships end with the connections then. */
  readonly closed: AbortSignal;
}

/**
 * Leaves a room on the connections on which it may be joined, after the answer to the last `joinroom`.
 * Retries for `timeoutMs` milliseconds. Then it ends the connections, and their memberships with them.
 *
 * @throws {@link KaiwaError} with the server's code.
 */
export async function leaveRoom(
  room: Pick<JoinedRoom, 'name' | 'waitForAnswer'>,
  connections: readonly Connection[],
  { timeoutMs, closed }: LeaveOptions,
): Promise<void> {
  try {
    await retryUntil(timeoutMs, closed, async (signal) => {
      await abortable(signal, () => room.waitForAnswer());
      // A membership belongs to its connection, and has ended with it.
      const open = connections.filter(({ ended }) => !ended.aborted);
      const leaves = open.map((connection) => leaveOn(connection, room.name, signal));
      // It waits for all, even if one fails: a frame that comes later would undo the next join.
      await Promise.allSettled(leaves);
      await Promise.all(leaves);
    });
  } catch (thrown) {
    if (closed.aborted) return;
    if (!isTimeout(thrown)) throw thrown;
    for (const connection of connections) connection.end(thrown);
  }
}

/**
 * Leaves a room on one connection. The gateway may swap two frames of a connection. A frame that is
 * handled too late would undo the one after it:
 *
 *     joinroom ──►   ◄── ack   leaveroom ──►   ◄── ack
 *     joinroom ──►       no answer in time: end the connection, and its memberships with it
 *
 * @throws {@link KaiwaError} with the server's code, or `disconnected`.
 */
async function leaveOn(connection: Connection, room: string, signal: AbortSignal): Promise<void> {
  try {
    if (connection.hasOverdueJoin(room)) throw timeoutError();
    await connection.request('leaveroom', { room }, { signal }).catch(ignoring('not_member'));
  } catch (thrown) {
    if (!isTimeout(thrown)) throw thrown;
    connection.end(thrown);
  }
}
