import type { DurableEvent, MessageSnapshot, User } from '../../client/index.ts';

/** The current state of a message. It is immutable: an event produces a new object. */
export interface Message {
  readonly seq: number;
  /** The id of the send request. */
  readonly id: string;
  readonly from: User;
  /** Empty if the message was deleted. */
  readonly text: string;
  /** Milliseconds since 1970, like every time in the page. */
  readonly sentAt: number;
  readonly replyTo?: number;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  /** Maps each emoji to the ids of the users who reacted with it, in the order of their reactions. */
  readonly reactions: ReadonlyMap<string, readonly string[]>;
  /** Maps each aspect to the seq of its last event. An older event that arrives late has no effect. */
  readonly appliedSeqs: ReadonlyMap<string, number>;
}

/** An event that changes a message. */
export type Amendment = Exclude<DurableEvent, { type: 'message' }>;

/** Converts a message from a page of history, or from an event. */
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

/** Returns the message after an event. Returns the same object if the event changes nothing. */
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

/** Returns the reactions after a user has added or removed one. */
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
