import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import { maxListedReactors } from '../../../schemas/fields.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { maxListBytes } from '../lib/fit-frame.ts';
import { applyEvent } from './apply-event.ts';
import {
  decodeMessage,
  isTombstone,
  type MessageState,
  messageExists,
  textBytes,
} from './event-rows.ts';
import { logKey, logRange, maxSeq, parseReaction, parseSeq, reactionRange } from './keys.ts';
import type { Retention } from './retention.ts';
import { firstPageSize, type QueryOptions, type Row, type Table } from './table.ts';
import { countUnread } from './unread.ts';

/** A page of a room's history: messages before a seq, after one, or the newest. */
export interface PageOptions {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** A single message. */
export interface MessageWithEmojis extends MessageSnapshot {
  /** The emojis that the message ever had. */
  readonly emojis: ReadonlySet<string>;
}

/** The most emojis of one message. */
const maxEmojis = 20;

/** The current state of messages: a view of the log. The events of the log can rebuild it. */
export interface Messages {
  /** Returns a message without its reactions, unless it has expired. */
  find(room: string, seq: number): Promise<MessageWithEmojis | undefined>;
  /**
   * Reserves a place for an emoji on a message. Returns false if it has too many others. Only the
   * first reaction with an emoji writes. That write costs one unit for each kilobyte of the message.
   */
  reserveEmoji(message: MessageWithEmojis, emoji: string): Promise<boolean>;
  /**
   * Applies an event to its target message. The edit with the highest seq wins, and the deletion with
   * the lowest seq is final. So repeats and any other order than the log's give the same result. Only
   * the order of reactions may differ.
   */
  applyEvent(event: DurableEvent): Promise<void>;
  /** Reads a page, oldest message first, and whether there are more in that direction. */
  page(room: string, page: PageOptions): Promise<{ messages: MessageSnapshot[]; more: boolean }>;
  /**
   * Counts other users' messages after a seq, without deleted ones. It stops at `maxUnread` messages. It
   * looks at the first `unreadScanLimit`, or at fewer if they are long.
   */
  unread(room: string, userId: string, after: number): Promise<number>;
}

/** Creates the view. Messages are rows of the log, and each reaction has a row of its own. */
export function createMessages(table: Table, retention: Retention): Messages {
  const isVisible = (row: Row) => !isTombstone(row) && retention.isRetained(row);
  return {
    async find(room, seq) {
      const row = await table.get(logKey(room, 'M', seq));
      if (!row || !isVisible(row)) return undefined;
      const { em: emojis = new Set() } = row as MessageState;
      return { ...decodeMessage(room, row), emojis };
    },

    reserveEmoji: (message, emoji) => reserveEmoji(table, message, emoji),

    applyEvent: (event) => applyEvent(table, retention, event),

    async page(room, page) {
      const { rows, more } = await readPage(table, isVisible, room, page);
      return { messages: await withReactions(table, room, rows), more };
    },

    unread: (room, userId, after) => countUnread(table, retention, room, userId, after),
  };
}

async function reserveEmoji(
  table: Table,
  { room, seq, emojis }: MessageWithEmojis,
  emoji: string,
): Promise<boolean> {
  if (emojis.has(emoji)) return true;
  if (emojis.size >= maxEmojis) return false;
  const hasSpace = 'attribute_not_exists(em) OR size(em) < :max OR contains(em, :name)';
  const updated = await table.update(
    logKey(room, 'M', seq),
    { text: 'ADD em :emoji', values: { ':emoji': new Set([emoji]) } },
    {
      text: `${messageExists} AND (${hasSpace})`,
      values: { ':max': maxEmojis, ':name': emoji },
    },
  );
  return updated !== undefined;
}

/** Reads the rows of a page, oldest first. It ends at `limit` rows, or at the limit of a frame. */
async function readPage(
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

async function withReactions(
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
