import type { DurableEvent, Person, StandingMessage } from '../../client/index.ts';

/** A message as it now stands. It is never changed: what happens to it makes another one. */
export interface Message {
  readonly seq: number;
  /** What its sender called the request. */
  readonly id: string;
  readonly from: Person;
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
  readonly marks: ReadonlyMap<string, number>;
}

/** What may happen to a message. */
export type Amendment = Exclude<DurableEvent, { type: 'message' }>;

/** A message of a page of history, or one that has just been said. */
export function messageOf(said: StandingMessage): Message {
  const { seq, id, from, message, sentAt, replyTo, editedAt, deletedAt, reactions = {} } = said;
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
    marks: new Map(),
  };
}

/** The message after something has happened, or the very same one where it changes nothing. */
export function amend(message: Message, event: Amendment): Message {
  if (event.target !== message.seq || message.isDeleted) return message;
  const about = event.type === 'reaction' ? `${event.emoji} ${event.from.userId}` : event.type;
  if ((message.marks.get(about) ?? 0) >= event.seq) return message;
  const marks = new Map(message.marks).set(about, event.seq);
  switch (event.type) {
    case 'edited':
      return { ...message, text: event.message, isEdited: true, marks };
    case 'deleted':
      return { ...message, text: '', isDeleted: true, reactions: new Map(), marks };
    case 'reaction':
      return { ...message, reactions: react(message.reactions, event), marks };
  }
}

/** Reactions with one more, or one less. */
export function react(
  reactions: Message['reactions'],
  { emoji, from, on }: { emoji: string; from: Pick<Person, 'userId'>; on: boolean },
): Message['reactions'] {
  const others = (reactions.get(emoji) ?? []).filter((userId) => userId !== from.userId);
  const people = on ? [...others, from.userId] : others;
  const changed = new Map(reactions);
  if (people.length > 0) changed.set(emoji, people);
  else changed.delete(emoji);
  return changed;
}
