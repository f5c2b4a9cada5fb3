import type { DurableType } from '../../schemas/index.ts';
import { isTombstone, keyPrefixOf, tombstone, tombstoneOf } from '../server/store/event-rows.ts';
import {
  claimType,
  logKey,
  type PersonalDataKind,
  parseReaction,
  parseRoom,
  reactionRange,
} from '../server/store/keys.ts';
import { notExists, type Row, type Table } from '../server/store/table.ts';

/** Erases a row, and the data that only this row refers to. */
type RowEraser = (table: Table, row: Row) => Promise<void>;

/** The attributes that name the owner of a row or that its eraser needs. Texts are not among them. */
export const scannedAttributes = ['u', 'userId', 'at', 'ttl', 'k', 'g', 'e', 'seq'];

/**
 * The eraser of each kind of row. Each write is conditional or idempotent. Any order of these writes, the
 * chat's writes and retries leaves a room's log whole. A row that changes meanwhile may stay. The next
 * pass finds it.
 */
export const rowErasers: Readonly<Record<PersonalDataKind, RowEraser>> = {
  connection: removeRow,
  subscription: removeRow,
  userConnection: removeRow,
  readMarker: removeRow,
  claim: eraseClaim,
  event: eraseEvent,
  reaction: removeRow,
};

async function removeRow(table: Table, { pk, sk }: Row): Promise<void> {
  await table.remove({ pk, sk });
}

/** Replaces an event by a tombstone, so that neither a late write nor an edit can restore it. */
async function eraseEvent(table: Table, row: Row): Promise<void> {
  const { pk, sk, k, g, e, u } = row;
  if (k === 'reaction') await eraseEmoji(table, parseRoom(row), Number(g), String(e), u);
  await table.put({ pk, sk, ...tombstoneOf(row) }, { text: 'u = :u', values: { ':u': u } });
}

/**
 * Removes an emoji from a message's set of emojis, unless another user reacted with it. The set must go too,
 * since an emoji can be any short text. If another user reacts at the same moment, the message may allow 21
 * emojis instead of 20.
 */
async function eraseEmoji(
  table: Table,
  room: string,
  target: number,
  emoji: string,
  userId: unknown,
): Promise<void> {
  for await (const { sk } of table.query(reactionRange(room, target, target), { attributes: [] })) {
    const other = parseReaction(sk);
    if (other.emoji === emoji && other.userId !== userId) return;
  }
  const change = { text: 'DELETE em :emoji', values: { ':emoji': new Set([emoji]) } };
  await table.update(logKey(room, 'M', target), change, { text: 'attribute_exists(em)' });
}

/**
 * Writes a tombstone at the claimed `seq`, and then removes the claim. Without the tombstone, a pending
 * request could still write at that `seq`. Its retry would find no claim and take another `seq`, so one id
 * would have two events.
 */
async function eraseClaim(table: Table, row: Row): Promise<void> {
  const { pk, sk, seq, ttl } = row;
  const key = logKey(parseRoom(row), keyPrefixOf(claimType(sk) as DurableType), Number(seq));
  const wasEmpty = await table.put({ ...key, ...tombstone, ttl }, notExists);
  const event = wasEmpty ? undefined : await table.get(key);
  if (event && !isTombstone(event)) await eraseEvent(table, event);
  await table.remove({ pk, sk }, { text: 'seq = :seq', values: { ':seq': seq } });
}
