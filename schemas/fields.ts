/** The room every connection is in, and the one meant where a request names none. */
export const defaultRoom = 'lobby';

/** The subprotocol that names this version of the wire. */
export const subprotocol = 'kaiwa.v1';

/** A room's name. */
export const roomId = {
  type: 'string',
  description: 'a room',
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
} as const;

/** The room of a request that need not name one. */
export const roomOrDefault = {
  ...roomId,
  description: `a room; left out, it is \`${defaultRoom}\``,
} as const;

/** What a client calls its request, and what makes repeating it harmless. */
export const requestId = {
  type: 'string',
  description: 'what the client calls the request; the reply repeats it',
  pattern: '^[A-Za-z0-9_-]{1,64}$',
} as const;

/** The secret that keeps a person the same over reconnects where authentication is off. */
export const clientKey = {
  type: 'string',
  description: 'a secret that the client makes up and keeps: the same key is the same person',
  pattern: '^[A-Za-z0-9_-]{16,128}$',
} as const;

/** What shows who one is where authentication is on. */
export const token = {
  type: 'string',
  description: 'a JSON Web Token that the server’s issuer has signed',
  minLength: 1,
  maxLength: 8192,
} as const;

/** A message's text. Lengths count Unicode characters, as JSON Schema does. */
export const text = {
  type: 'string',
  description: 'a message’s text',
  minLength: 1,
  maxLength: 4096,
} as const;

/** The name people see: some visible character, no control characters. */
export const displayName = {
  type: 'string',
  description: 'the name that people see',
  minLength: 1,
  maxLength: 64,
  pattern: '^ *[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
} as const;

/** A person: 22 characters where authentication is off, the token's `sub` where it is on. */
export const userId = {
  type: 'string',
  description: 'a person, on whatever connection',
  minLength: 1,
  maxLength: 255,
} as const;

/** A number in a room's log. */
export const seq = {
  type: 'integer',
  description: 'the place of an event in its room’s log',
  minimum: 1,
  maximum: 999_999_999_999,
} as const;

/** The number of the message that something is about. */
export const target = { ...seq, description: 'the `seq` of the message that it is about' } as const;

/** A number in a room's log, or 0 where there is none. */
export const seqOrZero = {
  ...seq,
  description: 'the newest number in the room’s log, 0 where it is empty',
  minimum: 0,
} as const;

/** How far a person has read in a room. */
export const readSeq = { ...seq, description: 'the newest number that was read' } as const;

/** Whether somebody is typing, or no longer. */
export const isTyping = { type: 'boolean', description: 'false: no longer' } as const;

/** The most entries that one page of a log holds. */
export const maxPageSize = 100;

/** Unread messages are counted up to this: it means so many or more. */
export const maxUnread = 100;

/** Messages behind the mark that are looked at for it: one's own and deleted ones are among them. */
export const unreadScanLimit = 1_000;

/**
 * The most people that a message names by their reactions: so many or more. With the longest text,
 * and ids as long as they may be, they still fit into a frame.
 */
export const maxListedReactors = 300;

/** An emoji, or whatever short text one reacts with. */
export const emoji = {
  type: 'string',
  description: 'an emoji, or whatever short text one reacts with',
  minLength: 1,
  maxLength: 16,
} as const;

/** Where the next page begins: opaque, as the server gave it. */
export const cursor = {
  type: 'string',
  description: 'where the next page begins: give it back as it is',
  pattern: '^[A-Za-z0-9_-]{1,1024}$',
} as const;

/** ISO 8601 in UTC with milliseconds. */
export const time = {
  type: 'string',
  description: 'ISO 8601 in UTC with milliseconds',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
} as const;

/** Who did something. It comes from the connection's identity, never from a request. */
export const user = {
  type: 'object',
  title: 'User',
  description: 'somebody, by the identity of their connection',
  additionalProperties: false,
  required: ['userId', 'name'],
  properties: { userId, name: displayName },
} as const;
