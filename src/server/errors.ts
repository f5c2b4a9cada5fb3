import { type ErrorCode, type ErrorFrame, errors } from '../../schemas/errors.ts';

/** What a `ChatError` may tell the client beside its code. */
export type ErrorFields = Pick<ErrorFrame, 'details' | 'retryAfterMs' | 'connection'>;

/**
 * A failure with a code of the contract's table. The client sees the code, the table's words and
 * the fields; the cause is for the log alone.
 */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, fields: ErrorFields = {}, cause?: unknown) {
    super(errors[code].description, { cause });
    this.code = code;
    this.fields = fields;
  }
}

/** The error a client may see for whatever was thrown: anything unforeseen is `internal`. */
export function toChatError(thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : new ChatError('internal', {}, thrown);
}
