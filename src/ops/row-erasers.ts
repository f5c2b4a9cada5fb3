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

/** Erases one row, and with it what else only it tells of. */
type RowEraser = (table: Table, row: Row) => Promise<void>;

/** What of a row its eraser needs, or tells whose it is; never a text. */
export const scannedAttributes = ['u', 'userId', 'at', 'ttl', 'k', 'g', 'e', 'seq'];

/**
 * How each kind of row is erased. Each write is conditional, or harmless when done twice, so that no order
 * of these, of the chat's own and of their repeats harms a room's log. What another has changed meanwhile
 * may stay, to be found by the next pass.
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

/** Gives up an event's number: neither a late write nor a change of the message can land there again. */
async function eraseEvent(table: Table, row: Row): Promise<void> {
  const { pk, sk, k, g, e, u } = row;
  if (k === 'reaction') await eraseEmoji(table, parseRoom(row), Number(g), String(e), u);
  await table.put({ pk, sk, ...tombstoneOf(row) }, { text: 'u = :u', values: { ':u': u } });
}

/**
 * A message keeps which emojis were ever put on it, and an emoji may be any short text: one that nobody
 * else has put there goes. If somebody else does so just now, the message may take one emoji more than 20.
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
 * Gives up the number that is claimed, and then the claim. A request may be about to write that number; its
 * repeat, finding no claim, would take another, and one id would have two events.
 */
async function eraseClaim(table: Table, row: Row): Promise<void> {
  const { pk, sk, seq, ttl } = row;
  const key = logKey(parseRoom(row), keyPrefixOf(claimType(sk) as DurableType), Number(seq));
  const wasEmpty = await table.put({ ...key, ...tombstone, ttl }, notExists);
  const event = wasEmpty ? undefined : await table.get(key);
  if (event && !isTombstone(event)) await eraseEvent(table, event);
  await table.remove({ pk, sk }, { text: 'seq = :seq', values: { ':seq': seq } });
}
