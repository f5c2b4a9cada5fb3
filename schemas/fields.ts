/** The room every connection is in, and the one meant where a request names none. */
export const defaultRoom = 'lobby';

/** The subprotocol that names this version of the wire. */
export const subprotocol = 'kaiwa.v1';

/** A room's name. */
export const roomId = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' } as const;

/** What a client calls its request, and what makes repeating it harmless. */
export const requestId = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;

/** The secret that keeps a person the same over reconnects where authentication is off. */
export const personKey = { type: 'string', pattern: '^[A-Za-z0-9_-]{16,128}$' } as const;

/** A message's text. Lengths count Unicode characters, as JSON Schema does. */
export const text = { type: 'string', minLength: 1, maxLength: 4096 } as const;

/** The name people see: some visible character, no control characters. */
export const displayName = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: '^ *[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
} as const;

/** A person: 22 characters where authentication is off, the token's `sub` where it is on. */
export const userId = { type: 'string', minLength: 1, maxLength: 255 } as const;

/** A number in a room's log. */
export const seq = { type: 'integer', minimum: 1, maximum: 999_999_999_999 } as const;

/** A number in a room's log, or 0 where there is none. */
export const seqOrNone = { type: 'integer', minimum: 0, maximum: 999_999_999_999 } as const;

/** The most entries that one page of a log holds. */
export const pageLimit = 100;

/** Unread messages are counted up to this: it means so many or more. */
export const unreadLimit = 100;

/** An emoji, or whatever short text one reacts with. */
export const emoji = { type: 'string', minLength: 1, maxLength: 16 } as const;

/** Where the next page begins: opaque, as the server gave it. */
export const cursor = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,1024}$' } as const;

/** ISO 8601 in UTC with milliseconds. */
export const time = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
} as const;

/** Who did something. It comes from the connection's identity, never from a request. */
export const person = {
  type: 'object',
  additionalProperties: false,
  required: ['userId', 'name'],
  properties: { userId, name: displayName },
} as const;
