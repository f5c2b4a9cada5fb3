import { connectionTtl, type User } from './members.ts';
import { type Expression, exists, type Row } from './table.ts';

/** A live connection, its user and its rooms. */
export interface Connection extends User {
  readonly connectionId: string;
  /** The time of the connect, in milliseconds since 1970. */
  readonly connectedAt: number;
  readonly rooms: ReadonlySet<string>;
  /** The end of the user's authentication, in milliseconds since 1970. @default never */
  readonly expiresAt?: number | undefined;
}

/** The condition that a connection's row exists, and that no close has begun to remove it. */
export const isOpen: Expression = { text: `${exists.text} AND attribute_not_exists(closed)` };

/** The change that begins a close. */
export const markClosed: Expression = { text: 'SET closed = :true', values: { ':true': true } };

/** The condition that a close has begun. */
export const isClosing: Expression = { text: 'attribute_exists(closed)' };

/** Encodes the attributes of an open connection. */
export function encodeConnection({ userId, name, connectedAt, rooms, expiresAt }: Connection) {
  const row = { userId, name, connectedAt, rooms, ttl: connectionTtl(connectedAt) };
  return expiresAt === undefined ? row : { ...row, expiresAt };
}

/** Decodes a connection, which may be closing. */
export function decodeConnection(connectionId: string, row: Row): Connection {
  const { userId, name, connectedAt, rooms, expiresAt } = row as unknown as Connection;
  return { connectionId, userId, name, connectedAt, rooms: rooms ?? new Set(), expiresAt };
}

/** Decodes a connection, unless it is closing. */
export function decodeOpen(connectionId: string, row: Row | undefined): Connection | undefined {
  return row && !row['closed'] ? decodeConnection(connectionId, row) : undefined;
}
