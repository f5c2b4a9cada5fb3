import type { DurableEvent, MessageSnapshot, User } from '../../client/index.ts';

/** A message as it now stands. It is never changed: what happens to it makes another one. */
export interface Message {
  readonly seq: number;
  /** What its sender called the request. */
  readonly id: string;
  readonly from: User;
  /** Empty where it was taken back. */
  readonly text: string;
  /** Milliseconds since 1970, as all times here. */
  readonly sentAt: number;
  readonly replyTo?: number;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  /** From an emoji to the ids of those who put it there, first come first. */
  readonly reactions: ReadonlyMap<string, readonly string[]>;
  /** The numbers of the events that made it so, by what they are about: an earlier one that comes late changes nothing. */
  readonly appliedSeqs: ReadonlyMap<string, number>;
}

/** What may happen to a message. */
export type Amendment = Exclude<DurableEvent, { type: 'message' }>;

/** A message of a page of history, or one that has just been said. */
export function toMessage(snapshot: MessageSnapshot): Message {
  const { seq, id, from, message, sentAt, replyTo, editedAt, deletedAt, reactions = {} } = snapshot;
  return {
    seq,
    id,
    from,
    text: message,
    sentAt: Date.parse(sentAt),
    ...(replyTo !== undefined && { replyTo }),
    isEdited: editedAt !== undefined,
    isDeleted: deletedAt !== undefined,
    reactions: new Map(Object.entries(reactions)),
    appliedSeqs: new Map(),
  };
}

/** The message after something has happened, or the very same one where it changes nothing. */
export function applyAmendment(message: Message, event: Amendment): Message {
  if (event.target !== message.seq || message.isDeleted) return message;
  const aspect = event.type === 'reaction' ? `${event.emoji} ${event.from.userId}` : event.type;
  if ((message.appliedSeqs.get(aspect) ?? 0) >= event.seq) return message;
  const appliedSeqs = new Map(message.appliedSeqs).set(aspect, event.seq);
  switch (event.type) {
    case 'edited':
      return { ...message, text: event.message, isEdited: true, appliedSeqs };
    case 'deleted':
      return { ...message, text: '', isDeleted: true, reactions: new Map(), appliedSeqs };
    case 'reaction':
      return { ...message, reactions: applyReaction(message.reactions, event), appliedSeqs };
  }
}

/** Reactions with one more, or one less. */
export function applyReaction(
  reactions: Message['reactions'],
  { emoji, from, on }: { emoji: string; from: Pick<User, 'userId'>; on: boolean },
): Message['reactions'] {
  const otherIds = (reactions.get(emoji) ?? []).filter((userId) => userId !== from.userId);
  const userIds = on ? [...otherIds, from.userId] : otherIds;
  const updated = new Map(reactions);
  if (userIds.length > 0) updated.set(emoji, userIds);
  else updated.delete(emoji);
  return updated;
}
