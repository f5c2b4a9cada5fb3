import { visibleTextPattern } from './visible-text.ts';

/** The room that every connection joins, and the room of a request that names none. */
export const defaultRoom = 'lobby';

/** The subprotocol that names this version of the protocol. */
export const subprotocol = 'kaiwa.v1';

/** The name of a room. */
export const roomId = {
  type: 'string',
  description: 'the name of a room',
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
} as const;

/** The room of a request that may omit it. */
export const roomOrDefault = {
  ...roomId,
  description: `the name of a room; \`${defaultRoom}\` if omitted`,
} as const;

/** The id that a client gives to a request. It makes a retry harmless. */
export const requestId = {
  type: 'string',
  description: 'the id that the client gives to the request; the reply repeats it',
  pattern: '^[A-Za-z0-9_-]{1,64}$',
} as const;

/** The secret that keeps a user the same over reconnects if authentication is off. */
export const clientKey = {
  type: 'string',
  description: 'a secret that the client creates and keeps: the same key is the same user',
  pattern: '^[A-Za-z0-9_-]{16,128}$',
} as const;

/** The credential of a user if authentication is on. */
export const token = {
  type: 'string',
  description: 'a JSON Web Token that the issuer of the server has signed',
  minLength: 1,
  maxLength: 8192,
} as const;

/** The text of a message. Lengths count Unicode characters, as JSON Schema does. */
export const text = {
  type: 'string',
  description: 'the text of a message',
  minLength: 1,
  maxLength: 4096,
} as const;

/** The name of a user in a frame of the server. It may be from before the rules of `displayName`. */
export const userName = {
  type: 'string',
  description: 'the name that users see',
  minLength: 1,
  maxLength: 64,
  pattern: '^ *[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
} as const;

/** The name that a user chooses: a visible character somewhere, and no hidden ones. */
export const displayName = { ...userName, allOf: [{ pattern: visibleTextPattern }] } as const;

/** A user: 22 characters if authentication is off, the `sub` of the token if it is on. */
export const userId = {
  type: 'string',
  description: 'the id of a user, the same on every connection',
  minLength: 1,
  maxLength: 255,
} as const;

/** The number of an event in a room's log. */
export const seq = {
  type: 'integer',
  description: 'the place of an event in its room’s log',
  minimum: 1,
  maximum: 999_999_999_999,
} as const;

/** The `seq` of the message that an event or a request refers to. */
export const target = {
  ...seq,
  description: 'the `seq` of the message that it refers to',
} as const;

/** A `seq`, or 0 if there is none. */
export const seqOrZero = {
  ...seq,
  description: 'the newest `seq` in the room’s log; 0 if the log is empty',
  minimum: 0,
} as const;

/** The read marker of a user in a room. */
export const readSeq = { ...seq, description: 'the newest `seq` that the user has read' } as const;

/** Whether a user is typing. */
export const isTyping = {
  type: 'boolean',
  description: 'whether the user is typing; false after the user has stopped',
} as const;

/** The most entries on a page of a log. */
export const maxPageSize = 100;

/** The highest count of unread messages. It means this many or more. */
export const maxUnread = 100;

/**
 * The most messages after the read marker that the count examines, own and deleted ones included. It
 * examines fewer if they are long.
 */
export const unreadScanLimit = 1_000;

/**
 * The most reactions that a message lists. It means this many or more. With the longest text and the
 * longest ids, they still fit into a frame.
 */
export const maxListedReactors = 300;

/** An emoji, or any short text, as a reaction. */
export const emoji = {
  type: 'string',
  description: 'an emoji, or any short text, as a reaction',
  minLength: 1,
  maxLength: 16,
} as const;

/** The start of the next page, as an opaque text of the server. */
export const cursor = {
  type: 'string',
  description: 'the start of the next page: send it back unchanged',
  pattern: '^[A-Za-z0-9_-]{1,1024}$',
} as const;

/** A time: ISO 8601 in UTC with milliseconds. */
export const time = {
  type: 'string',
  description: 'ISO 8601 in UTC with milliseconds',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
} as const;

/** The user behind an event. It is the identity of the connection, never a field of a request. */
export const user = {
  type: 'object',
  title: 'User',
  description: 'a user, by the identity of the connection',
  additionalProperties: false,
  required: ['userId', 'name'],
  properties: { userId, name: userName },
} as const;
