import type { ErrorCode, ErrorFrame } from '../../schemas/errors.ts';

/**
 * Why a request failed where no server said so: `timeout` (no answer in time: it may have taken
 * effect), `disconnected` (the same, at once), `refused` (the handshake was answered by 401 or
 * 403), `too_large` (for one frame), `queue_full` (too many sends are waiting) and `closed` (by
 * `close` or `leave`).
 */
export type ClientErrorCode =
  | 'timeout'
  | 'disconnected'
  | 'refused'
  | 'too_large'
  | 'queue_full'
  | 'closed';

/** The one error of the client: the contract's table of errors, and what can happen on this side. */
export class KaiwaError extends Error {
  override readonly name = 'KaiwaError';
  readonly code: ErrorCode | ClientErrorCode;
  /** Whether the same request, with the same `id`, may succeed later. */
  readonly retryable: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** With `invalid`: which rules of the schema were broken, and where. */
  readonly details: ErrorFrame['details'];

  constructor(
    code: ErrorCode | ClientErrorCode,
    message: string,
    { retryable = false, retryAfterMs, details }: Partial<ErrorFrame> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.details = details;
  }
}

/** No answer came in time. */
export const timeoutError = (cause?: unknown) =>
  new KaiwaError('timeout', 'No answer came in time.', { retryable: true }, cause);

/** The connection ended before the answer came. */
export const disconnectedError = (cause?: unknown) =>
  new KaiwaError('disconnected', 'The connection was lost.', { retryable: true }, cause);

/** Takes one error of the server as no answer, and throws any other again. */
export const ignoring = (code: ErrorCode) => (thrown: unknown) => {
  if (!(thrown instanceof KaiwaError) || thrown.code !== code) throw thrown;
  return undefined;
};

/** Nothing goes on: the client was closed, or the room was left. */
export const closedError = () => new KaiwaError('closed', 'It is closed.');

/** Whether waiting and trying again may help. */
export const isRetryable = (thrown: unknown): thrown is KaiwaError =>
  thrown instanceof KaiwaError && thrown.retryable;
