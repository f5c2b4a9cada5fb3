import type { Message } from './message.ts';
import type { OutgoingMessage } from './outgoing.ts';

/** An item of a timeline, as the page shows it. */
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

/** The input of `buildTimeline`. */
export interface TimelineInput {
  readonly messages: readonly Message[];
  /** Messages of the user that are not confirmed yet. */
  readonly outgoing: readonly OutgoingMessage[];
  /** Messages of others after this seq are new. */
  readonly newAfter: number | undefined;
  readonly selfId: string | undefined;
}

/** Messages of one user within this time, in milliseconds, form a group under one name. */
const groupWindowMs = 5 * 60_000;

/** Builds the items of a timeline: the messages, a divider for each day, and a divider for new messages. */
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

/** Returns the key of a message's item. */
export const toItemKey = ({ seq }: Pick<Message, 'seq'>): string => `m${seq}`;

interface Authored {
  readonly userId: string | undefined;
  readonly sentAt: number;
  readonly replyTo?: number;
}

const isSameGroup = (previous: Authored, { userId, sentAt, replyTo }: Authored): boolean =>
  previous.userId === userId && sentAt - previous.sentAt < groupWindowMs && replyTo === undefined;
