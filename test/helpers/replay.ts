import type { DurableEvent } from '../../schemas/index.ts';
import type { Frame } from './frame.ts';

/** The state of a message, with its reactions in a fixed order. */
export interface MessageView {
  readonly text: string;
  readonly editedAt: string | undefined;
  readonly deletedAt: string | undefined;
  /** Each emoji with a user id, sorted. Concurrent reactions may be listed in another order. */
  readonly reactions: readonly string[];
}

/** Rebuilds a message from the events of its log, by the words of the protocol. */
export function replayMessage(events: readonly DurableEvent[], seq: number): MessageView {
  let text = '';
  let editedAt: string | undefined;
  let deletedAt: string | undefined;
  const reactions = new Set<string>();
  for (const event of events) {
    if (event.type === 'message' && event.seq === seq) text = event.message;
    if (event.type === 'message' || event.target !== seq || deletedAt !== undefined) continue;
    if (event.type === 'edited') [text, editedAt] = [event.message, event.sentAt];
    if (event.type === 'deleted') [text, deletedAt] = ['', event.sentAt];
    if (event.type === 'reaction') {
      const reaction = `${event.emoji} ${event.from.userId}`;
      if (event.on) reactions.add(reaction);
      else reactions.delete(reaction);
    }
  }
  return { text, editedAt, deletedAt, reactions: [...reactions].toSorted() };
}

/** Returns the same state of a message of `history`. */
export function toMessageView({ message, editedAt, deletedAt, reactions }: Frame): MessageView {
  const users = Object.entries<readonly string[]>(reactions ?? {});
  const listed = users.flatMap(([emoji, ids]) => ids.map((id) => `${emoji} ${id}`));
  return { text: message, editedAt, deletedAt, reactions: listed.toSorted() };
}
