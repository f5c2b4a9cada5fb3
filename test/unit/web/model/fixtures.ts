import type { MessageSnapshot } from '../../../../src/client/index.ts';
import { type Amendment, type Message, toMessage } from '../../../../src/web/model/message.ts';

export const aki = { userId: 'a', name: 'Aki' };
export const ben = { userId: 'b', name: 'Ben' };
export const sentAt = '2026-11-22T09:30:00.000Z';

/** Creates a message of Aki. */
export const createMessage = (seq: number, overrides: Partial<MessageSnapshot> = {}): Message =>
  toMessage({
    type: 'message',
    room: 'tea',
    seq,
    id: `i${seq}`,
    from: aki,
    message: 'tea?',
    sentAt,
    ...overrides,
  });

const amendment = (seq: number) => ({ room: 'tea', seq, target: 1, from: aki, sentAt });

/** Creates an event that edits message 1. */
export const editedEvent = (seq: number, message: string): Amendment => ({
  ...amendment(seq),
  type: 'edited',
  message,
});

/** Creates an event that deletes message 1. */
export const deletedEvent = (seq: number): Amendment => ({ ...amendment(seq), type: 'deleted' });

/** Creates an event that adds a 👍 to message 1, or removes it. */
export const reactionEvent = (seq: number, from: typeof aki, on = true): Amendment => ({
  ...amendment(seq),
  type: 'reaction',
  emoji: '👍',
  on,
  from,
});
