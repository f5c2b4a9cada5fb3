import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { applyEvent } from './apply-event.ts';
import { decodeMessage, isTombstone, type MessageState, messageExists } from './event-rows.ts';
import { logKey } from './keys.ts';
import { type PageOptions, readPage, withReactions } from './message-pages.ts';
import type { Retention } from './retention.ts';
import type { Row, Table } from './table.ts';
import { countUnread } from './unread.ts';

/** A single message. */
export interface MessageToAmend extends MessageSnapshot {
  /** The emojis that the message ever had. */
  readonly emojis: ReadonlySet<string>;
  /** Whether a deletion is marked and not yet applied. It may have a seq already, or may have died. */
  readonly isBeingDeleted: boolean;
}

/** The most emojis of one message. */
const maxEmojis = 20;

/**
 * The life of a mark, in milliseconds. A deletion that has not happened then never happens. Its
 * invocation takes a seq within 28 seconds of the mark (the timeout in `serverless.yml`). The seq is
 * written within 30 seconds, or never.
 */
const markLifeMs = 60_000;

/** The mark of a deletion, and the mark that it has replaced, in milliseconds since 1970. */
interface DeletionMark {
  readonly at: number;
  readonly replaced: unknown;
}

/** The current state of messages: a view of the log. The events of the log can rebuild it. */
export interface Messages {
  /** Returns a message without its reactions, unless it has expired. */
  find(room: string, seq: number): Promise<MessageToAmend | undefined>;
  /**
   * Reserves a place for an emoji on a message. Returns false if it has too many others. Only the
   * first reaction with an emoji writes. That write costs one unit for each kilobyte of the message.
   */
  reserveEmoji(message: MessageToAmend, emoji: string): Promise<boolean>;
  /**
   * Marks a message before its deletion takes a seq. An edit or a reaction takes its seq before it looks for
   * the mark. So its seq is below that of the deletion, or it finds the mark and is rejected:
   *
   *     deletion:          mark ──► allocate d ──► write d ──► apply d
   *     edit or reaction:                allocate e ──► find ── is being deleted ──► reject
   *
   *     deletion:                          mark ──► allocate d ──► write d ──► apply d
   *     edit or reaction:  allocate e ──► find ──► write e ──► apply e
   *
   * Without the mark, an edit could replace the state of the message before its deletion. Returns nothing
   * if another deletion has set the same or a later mark.
   */
  markDeletion(message: MessageToAmend): Promise<DeletionMark | undefined>;
  /** Removes the mark of a deletion that does not take place, unless another deletion has replaced it. */
  removeMark(message: MessageToAmend, mark: DeletionMark): Promise<void>;
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
export function createMessages(table: Table, retention: Retention, now: () => number): Messages {
  const isVisible = (row: Row) => !isTombstone(row) && retention.isRetained(row);
  return {
    async find(room, seq) {
      const row = await table.get(logKey(room, 'M', seq));
      if (!row || !isVisible(row)) return undefined;
      const { em: emojis = new Set(), da, dp } = row as MessageState;
      const isBeingDeleted = da === undefined && dp !== undefined && now() < dp + markLifeMs;
      return { ...decodeMessage(room, row), emojis, isBeingDeleted };
    },

    reserveEmoji: (message, emoji) => reserveEmoji(table, message, emoji),

    async markDeletion({ room, seq }) {
      const at = now();
      const before = await table.update(
        logKey(room, 'M', seq),
        { text: 'SET dp = :at', values: { ':at': at } },
        { text: `${messageExists} AND (attribute_not_exists(dp) OR dp < :at)` },
        'UPDATED_OLD',
      );
      return before && { at, replaced: before['dp'] };
    },

    async removeMark({ room, seq }, { at, replaced }) {
      const change =
        replaced === undefined
          ? { text: 'REMOVE dp' }
          : { text: 'SET dp = :replaced', values: { ':replaced': replaced } };
      const isOwn = { text: 'dp = :at', values: { ':at': at } };
      await table.update(logKey(room, 'M', seq), change, isOwn);
    },

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
  { room, seq, emojis }: MessageToAmend,
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
