import type { Message } from './message.ts';
import type { Draft } from './outgoing.ts';

/** A line of a room, as it is shown. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: Message;
      readonly isFirst: boolean;
    }
  | {
      readonly kind: 'draft';
      readonly key: string;
      readonly draft: Draft;
      readonly isFirst: boolean;
    };

/** What the lines of a room are made of. */
export interface Shown {
  readonly messages: readonly Message[];
  /** One’s own that have not come back yet. */
  readonly drafts: readonly Draft[];
  /** Behind this number it was all new when one came. */
  readonly newAfter: number | undefined;
  readonly selfId: string | undefined;
}

/** Messages of one person that follow so closely, in milliseconds, stand under one name. */
const groupMs = 5 * 60_000;

/** The lines of a room: a day’s name before its messages, a mark before the new ones, and the messages. */
export function rowsOf({ messages, drafts, newAfter, selfId }: Shown): Row[] {
  const rows: Row[] = [];
  let before: Said | undefined;
  const firstNew =
    newAfter !== undefined &&
    messages.find(({ seq, from }) => seq > newAfter && from.userId !== selfId);
  const lead = (said: Said): boolean => {
    const key = new Date(said.sentAt).toDateString();
    const isNewDay = !before || new Date(before.sentAt).toDateString() !== key;
    if (isNewDay) rows.push({ kind: 'day', key, at: said.sentAt });
    const isFirst = isNewDay || !before || !follows(before, said);
    before = said;
    return isFirst;
  };
  for (const message of messages) {
    const isFirst = lead({ ...message, userId: message.from.userId });
    const isNew = message === firstNew;
    if (isNew) rows.push({ kind: 'new', key: 'new' });
    rows.push({ kind: 'message', key: keyOf(message), message, isFirst: isFirst || isNew });
  }
  for (const draft of drafts) {
    rows.push({ kind: 'draft', key: draft.id, draft, isFirst: lead({ ...draft, userId: selfId }) });
  }
  return rows;
}

/** The key of a message’s line. */
export const keyOf = ({ seq }: Pick<Message, 'seq'>): string => `m${seq}`;

interface Said {
  readonly userId: string | undefined;
  readonly sentAt: number;
  readonly replyTo?: number;
}

const follows = (before: Said, { userId, sentAt, replyTo }: Said): boolean =>
  before.userId === userId && sentAt - before.sentAt < groupMs && replyTo === undefined;
