import { type ErrorCode, type ErrorFrame, errors } from '../../schemas/errors.ts';
import type { Violation } from '../generated/validators.cjs';

/** The fields of an error frame that an error can add. */
export type ErrorFields = Pick<ErrorFrame, 'reason' | 'details' | 'retryAfterMs' | 'connection'>;

/** The most violations that one error reports. A hostile frame can have thousands. */
const maxDetails = 8;

/**
 * An error with a code of the protocol. The client gets the code, its description and the fields.
 * The cause goes to the log only.
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

/** Converts what was thrown into an error that a client may see. Unexpected errors are `internal`. */
export function toChatError(thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : new ChatError('internal', {}, thrown);
}

/** Creates the `invalid` error that lists what a validator found. */
export function validationError(violations: readonly Violation[] | null | undefined): ChatError {
  const details = (violations ?? []).slice(0, maxDetails).map((violation) => ({
    path: violationPath(violation),
    rule: violation.keyword,
    message: violation.message ?? violation.keyword,
  }));
  return new ChatError('invalid', { details });
}

/** Returns the JSON pointer of a violation. An unknown field is reported by its own path. */
function violationPath({ instancePath, params }: Violation): string {
  const { additionalProperty } = params;
  if (typeof additionalProperty !== 'string') return instancePath;
  const pointer = additionalProperty.replaceAll('~', '~0').replaceAll('/', '~1');
  return `${instancePath}/${pointer.slice(0, 64)}`;
}
