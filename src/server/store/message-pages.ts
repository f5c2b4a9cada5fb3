import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import { maxListedReactors } from '../../../schemas/fields.ts';
import { maxListBytes } from '../lib/fit-frame.ts';
import { decodeMessage, textBytes } from './event-rows.ts';
import { logRange, maxSeq, parseReaction, parseSeq, reactionRange } from './keys.ts';
import { firstPageSize, type QueryOptions, type Row, type Table } from './table.ts';

/** A page of a room's history: messages before a seq, after one, or the newest. */
export interface PageOptions {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** Reads the rows of a page, oldest first. It ends at `limit` rows, or at the limit of a frame. */
export async function readPage(
  table: Table,
  isVisible: (row: Row) => boolean,
  room: string,
  { before = maxSeq + 1, after, limit }: PageOptions,
): Promise<{ rows: Row[]; more: boolean }> {
  const backwards = after === undefined;
  const options: QueryOptions = {
    backwards,
    pageSize: Math.min(limit + 1, firstPageSize),
    growPages: true,
  };
  const rows: Row[] = [];
  let bytes = 0;
  let more = false;
  for await (const row of table.query(logRange(room, 'M', (after ?? 0) + 1, before - 1), options)) {
    if (!isVisible(row)) continue;
    more = rows.length === limit || bytes > maxListBytes;
    if (more) break;
    rows.push(row);
    bytes += textBytes(row);
  }
  if (backwards) rows.reverse();
  return { rows, more };
}

/** Decodes the rows of a page to messages with their reactions. */
export async function withReactions(
  table: Table,
  room: string,
  rows: readonly Row[],
): Promise<MessageSnapshot[]> {
  const first = rows.at(0);
  const last = rows.at(-1);
  if (!first || !last) return [];
  const reactions = await readReactions(table, room, parseSeq(first.sk), parseSeq(last.sk));
  return rows.map((row) => ({
    ...decodeMessage(room, row),
    ...groupReactions(reactions.get(parseSeq(row.sk)), Number(row['ds'] ?? maxSeq)),
  }));
}

/** Reads the reactions to a range of messages, by the seq of the message. */
async function readReactions(table: Table, room: string, from: number, to: number) {
  const byMessage = new Map<number, Row[]>();
  for await (const row of table.query(reactionRange(room, from, to))) {
    if (row['since'] === undefined) continue;
    const target = parseSeq(row.sk);
    byMessage.set(target, [...(byMessage.get(target) ?? []), row]);
  }
  return byMessage;
}

/** Groups the first reactions by emoji, oldest first, without those after the deletion. */
function groupReactions(
  rows: readonly Row[] = [],
  deletion: number,
): Pick<MessageSnapshot, 'reactions'> {
  const inOrder = rows
    .filter(({ since }) => Number(since) < deletion)
    .toSorted((a, b) => Number(a['since']) - Number(b['since']))
    .slice(0, maxListedReactors);
  if (inOrder.length === 0) return {};
  const byEmoji = Map.groupBy(
    inOrder.map(({ sk }) => parseReaction(sk)),
    ({ emoji }) => emoji,
  );
  const entries = [...byEmoji].map(([emoji, users]) => [emoji, users.map(({ userId }) => userId)]);
  return { reactions: Object.fromEntries(entries) };
}
