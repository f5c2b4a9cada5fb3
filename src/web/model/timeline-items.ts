import type { Message } from './message.ts';
import type { OutgoingMessage } from './outgoing.ts';

/** A line of a room, as it is shown. */
export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: Message;
      readonly isFirst: boolean;
    }
  | {
      readonly kind: 'outgoing';
      readonly key: string;
      readonly outgoing: OutgoingMessage;
      readonly isFirst: boolean;
    };

/** What the lines of a room are made of. */
export interface TimelineInput {
  readonly messages: readonly Message[];
  /** One’s own that have not come back yet. */
  readonly outgoing: readonly OutgoingMessage[];
  /** Behind this number it was all new when one came. */
  readonly newAfter: number | undefined;
  readonly selfId: string | undefined;
}

/** Messages of one person that follow so closely, in milliseconds, stand under one name. */
const groupWindowMs = 5 * 60_000;

/** The lines of a room: a day’s name before its messages, a mark before the new ones, and the messages. */
export function buildTimeline({
  messages,
  outgoing,
  newAfter,
  selfId,
}: TimelineInput): TimelineItem[] {
  const items: TimelineItem[] = [];
  let previous: Authored | undefined;
  const firstNew =
    newAfter !== undefined &&
    messages.find(({ seq, from }) => seq > newAfter && from.userId !== selfId);
  const beginItem = (authored: Authored): boolean => {
    const key = new Date(authored.sentAt).toDateString();
    const isNewDay = !previous || new Date(previous.sentAt).toDateString() !== key;
    if (isNewDay) items.push({ kind: 'day', key, at: authored.sentAt });
    const isFirst = isNewDay || !previous || !isSameGroup(previous, authored);
    previous = authored;
    return isFirst;
  };
  for (const message of messages) {
    const isFirst = beginItem({ ...message, userId: message.from.userId });
    const isNew = message === firstNew;
    if (isNew) items.push({ kind: 'new', key: 'new' });
    items.push({ kind: 'message', key: toItemKey(message), message, isFirst: isFirst || isNew });
  }
  for (const message of outgoing) {
    items.push({
      kind: 'outgoing',
      key: message.id,
      outgoing: message,
      isFirst: beginItem({ ...message, userId: selfId }),
    });
  }
  return items;
}

/** The key of a message’s line. */
export const toItemKey = ({ seq }: Pick<Message, 'seq'>): string => `m${seq}`;

interface Authored {
  readonly userId: string | undefined;
  readonly sentAt: number;
  readonly replyTo?: number;
}

const isSameGroup = (previous: Authored, { userId, sentAt, replyTo }: Authored): boolean =>
  previous.userId === userId && sentAt - previous.sentAt < groupWindowMs && replyTo === undefined;
