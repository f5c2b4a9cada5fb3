import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import { maxListedReactors, maxUnread, unreadScanLimit } from '../../../schemas/fields.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { maxListBytes } from '../lib/fit-frame.ts';
import { decodeMessage, isTombstone, type MessageState, textBytes } from './event-rows.ts';
import {
  logKey,
  logRange,
  maxSeq,
  parseReaction,
  parseSeq,
  reactionKey,
  reactionRange,
} from './keys.ts';
import type { Retention } from './retention.ts';
import { firstPageSize, type QueryOptions, type Row, type Table } from './table.ts';

/** Which messages of a room to page through: before a number, after one, or else the newest. */
export interface PageOptions {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** A message on its own. */
export interface MessageWithEmojis extends MessageSnapshot {
  /** The emojis that were ever put on it. */
  readonly emojis: ReadonlySet<string>;
}

/** Different emojis that may be put on one message. */
const maxEmojis = 20;

/** Holds for a message, and for no number that was given up: nothing may be brought to one that was erased. */
const isMessage = 'attribute_exists(u)';

/** Messages as they now stand: a view of the log, which the log's own events can rebuild. */
export interface Messages {
  /** The message of that number, without its reactions, unless it has expired. */
  find(room: string, seq: number): Promise<MessageWithEmojis | undefined>;
  /**
   * Makes place on a message for reactions by an emoji; false where it has too many others. It
   * writes for the first of each emoji only: one more unit for each kilobyte of the message.
   */
  reserveEmoji(message: MessageWithEmojis, emoji: string): Promise<boolean>;
  /**
   * Brings what an event says to the message that it is about. Again, or in another order than
   * the log's, comes to the same: the highest edit stands, and the lowest deletion is final. Only
   * the place of a reaction among others may then be another.
   */
  applyEvent(event: DurableEvent): Promise<void>;
  /** A page, oldest first, and whether there are more in that direction. */
  page(room: string, page: PageOptions): Promise<{ messages: MessageSnapshot[]; more: boolean }>;
  /** Others' messages after a number that still stand, counted to `unreadLimit`, of the first `unreadReach`. */
  unread(room: string, userId: string, after: number): Promise<number>;
}

/** Keeps the view in the log's own rows, and each reaction in a row of its own. */
export function createMessages(table: Table, retention: Retention): Messages {
  const isVisible = (row: Row) => !isTombstone(row) && retention.isRetained(row);

  async function reactions(room: string, from: number, to: number) {
    const byMessage = new Map<number, Row[]>();
    for await (const row of table.query(reactionRange(room, from, to))) {
      if (row['since'] === undefined) continue;
      const target = parseSeq(row.sk);
      byMessage.set(target, [...(byMessage.get(target) ?? []), row]);
    }
    return byMessage;
  }

  return {
    async find(room, seq) {
      const row = await table.get(logKey(room, 'M', seq));
      if (!row || !isVisible(row)) return undefined;
      const { em: emojis = new Set() } = row as MessageState;
      return { ...decodeMessage(room, row), emojis };
    },

    async reserveEmoji({ room, seq, emojis }, emoji) {
      if (emojis.has(emoji)) return true;
      if (emojis.size >= maxEmojis) return false;
      const admitted = await table.update(
        logKey(room, 'M', seq),
        { text: 'ADD em :emoji', values: { ':emoji': new Set([emoji]) } },
        {
          text: `${isMessage} AND (attribute_not_exists(em) OR size(em) < :max OR contains(em, :name))`,
          values: { ':max': maxEmojis, ':name': emoji },
        },
      );
      return admitted !== undefined;
    },

    applyEvent: (event) => applyEvent(table, retention, event),

    async page(room, { before = maxSeq + 1, after, limit }) {
      const range = logRange(room, 'M', (after ?? 0) + 1, before - 1);
      const backwards = after === undefined;
      const rows: Row[] = [];
      let [bytes, more] = [0, false];
      const options: QueryOptions = {
        backwards,
        pageSize: Math.min(limit + 1, firstPageSize),
        growPages: true,
      };
      for await (const row of table.query(range, options)) {
        if (!isVisible(row)) continue;
        more = rows.length === limit || bytes > maxListBytes;
        if (more) break;
        rows.push(row);
        bytes += textBytes(row);
      }
      if (backwards) rows.reverse();
      const [first, last] = [rows.at(0), rows.at(-1)];
      if (!first || !last) return { messages: [], more };
      const reacted = await reactions(room, parseSeq(first.sk), parseSeq(last.sk));
      const messages = rows.map((row) => ({
        ...decodeMessage(room, row),
        ...groupReactions(reacted.get(parseSeq(row.sk)), Number(row['ds'] ?? maxSeq)),
      }));
      return { messages, more };
    },

    async unread(room, userId, after) {
      let [count, scanned] = [0, 0];
      const range = logRange(room, 'M', after + 1, maxSeq);
      for await (const row of table.query(range, { pageSize: firstPageSize, growPages: true })) {
        if (isVisible(row) && row['u'] !== userId && row['da'] === undefined) count += 1;
        scanned += 1;
        if (count === maxUnread || scanned === unreadScanLimit) break;
      }
      return count;
    },
  };
}

async function applyEvent(table: Table, retention: Retention, event: DurableEvent): Promise<void> {
  const at = Date.parse(event.sentAt);
  switch (event.type) {
    case 'edited':
      await table.update(
        logKey(event.room, 'M', event.target),
        {
          text: 'SET x = :x, xs = :s, xa = :a',
          values: { ':x': event.message, ':s': event.seq, ':a': at },
        },
        { text: `${isMessage} AND (attribute_not_exists(xs) OR xs < :s)` },
      );
      break;
    case 'deleted':
      await table.update(
        logKey(event.room, 'M', event.target),
        { text: 'SET ds = :s, da = :a', values: { ':s': event.seq, ':a': at } },
        { text: `${isMessage} AND (attribute_not_exists(ds) OR ds > :s)` },
      );
      break;
    case 'reaction':
      await applyReaction(table, retention, event);
      break;
  }
}

/** Put on again, a reaction keeps its place among the others; taken off, it has none. */
async function applyReaction(
  table: Table,
  retention: Retention,
  { room, target, from, emoji, on, seq, sentAt }: DurableEvent<'reaction'>,
): Promise<void> {
  const { ttl } = retention.expiry(Date.parse(sentAt));
  const place = on ? ', since = if_not_exists(since, :s)' : '';
  const expiry = ttl === undefined ? '' : ', #ttl = :ttl';
  await table.update(
    reactionKey(room, target, from.userId, emoji),
    {
      text: `SET seq = :s${place}${expiry}${on ? '' : ' REMOVE since'}`,
      values: { ':s': seq, ...(ttl !== undefined && { ':ttl': ttl }) },
      ...(ttl !== undefined && { names: { '#ttl': 'ttl' } }),
    },
    { text: 'attribute_not_exists(pk) OR seq < :s' },
  );
}

/** The first reactions by emoji, in the order in which they came, but for those behind a deletion. */
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
  const entries = [...byEmoji].map(([emoji, by]) => [emoji, by.map(({ userId }) => userId)]);
  return { reactions: Object.fromEntries(entries) };
}
