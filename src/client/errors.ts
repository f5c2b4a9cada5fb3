import type { ErrorCode, ErrorFrame } from '../../schemas/errors.ts';

/**
 * Why the client itself failed a request. The server sends the other codes.
 *
 * - `timeout`: no answer came in time. The request may have taken effect.
 * - `disconnected`: the connection was lost before the answer. The request may have taken effect.
 * - `refused`: the server answered the handshake with status 401 or 403.
 * - `too_large`: the request exceeds a frame of 32 KiB.
 * - `queue_full`: 100 sends of the room are waiting.
 * - `closed`: the client was closed, or the room was left.
 */
export type ClientErrorCode =
  | 'timeout'
  | 'disconnected'
  | 'refused'
  | 'too_large'
  | 'queue_full'
  | 'closed';

/** A rule of the schema that a request breaks. */
export type Violation = NonNullable<ErrorFrame['details']>[number];

/** The error of every failed request: one that the server sent, or one of the client itself. */
export class KaiwaError extends Error {
  /** The name of the class. */
  override readonly name = 'KaiwaError';
  /** The reason, as a word to branch on. */
  readonly code: ErrorCode | ClientErrorCode;
  /** Whether the same request, with the same `id`, may succeed later. */
  readonly retryable: boolean;
  /** The reason for `forbidden`: `full` if the room is full. */
  readonly reason: string | undefined;
  /** How long the server asks to wait before a retry, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The rules of the schema that the request breaks, if `code` is `invalid`. */
  readonly details: Violation[] | undefined;

  constructor(
    code: ErrorCode | ClientErrorCode,
    message: string,
    { retryable = false, reason, retryAfterMs, details }: Partial<ErrorFrame> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.details = details;
  }
}

const canRetry = { retryable: true };

/** Creates the error for an answer that did not come in time. */
export const timeoutError = (cause?: unknown) =>
  new KaiwaError('timeout', 'No answer came in time. Retry with the same id.', canRetry, cause);

/** Creates the error for a connection that was lost before the answer came. */
export const disconnectedError = (cause?: unknown) =>
  new KaiwaError(
    'disconnected',
    'The connection was lost. Retry with the same id.',
    canRetry,
    cause,
  );

/** Returns a handler that swallows the server's error of one code, and throws every other error. */
export const ignoring = (code: ErrorCode) => (thrown: unknown) => {
  if (!(thrown instanceof KaiwaError) || thrown.code !== code) throw thrown;
  return undefined;
};

/** Creates the error for a client that was closed, or a room that was left. */
export const closedError = () =>
  new KaiwaError(
    'closed',
    'The client or room is closed. Create a new client, or join the room again.',
  );

/** Returns whether no answer came in time. */
export const isTimeout = (thrown: unknown): boolean =>
  thrown instanceof KaiwaError && thrown.code === 'timeout';

/** Returns whether the room was full. */
export const isFull = (thrown: unknown): thrown is KaiwaError =>
  thrown instanceof KaiwaError && thrown.reason === 'full';

/** Returns whether an error may go away if the client waits and retries. */
export const isRetryable = (thrown: unknown): thrown is KaiwaError =>
  thrown instanceof KaiwaError && thrown.retryable;
