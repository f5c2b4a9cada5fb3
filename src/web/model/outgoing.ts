import type { User } from '../../client/index.ts';
import { applyReaction, type Message } from './message.ts';

/** How far something has come that was sent: it is on its way, it is stored, or it could not be. */
export type SendStatus =
  | { readonly state: 'sending' }
  | { readonly state: 'sent'; readonly seq: number }
  | { readonly state: 'failed'; readonly code: string };

/** A message of one's own that has not come back yet. */
export interface OutgoingMessage {
  /** Sending again with the same id has no further effect. */
  readonly id: string;
  readonly text: string;
  readonly replyTo?: number;
  readonly sentAt: number;
  readonly progress: SendStatus;
}

/** What to do to a message. */
export type MessageChange =
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'react'; readonly emoji: string; readonly on: boolean };

/** A change of one's own that has not come back yet. */
export interface PendingChange {
  readonly id: string;
  readonly target: number;
  readonly change: MessageChange;
  readonly progress: SendStatus;
}

/** Those with the progress of one of them changed. */
export function withStatus<T extends { readonly id: string }>(
  pending: readonly T[],
  id: string,
  progress: SendStatus,
): readonly T[] {
  return pending.map((item) => (item.id === id ? { ...item, progress } : item));
}

/** Those that have not come back yet, now that the log was given out up to a number. */
export function unconfirmed<T extends { readonly progress: SendStatus }>(
  pending: readonly T[],
  upTo: number,
): readonly T[] {
  const rest = pending.filter(({ progress }) => progress.state !== 'sent' || progress.seq > upTo);
  return rest.length === pending.length ? pending : rest;
}

/** A message as it will stand when the changes that are under way have come back. */
export function applyOptimistic(
  message: Message,
  changes: readonly PendingChange[],
  self: Pick<User, 'userId'> | undefined,
): Message {
  let result = message;
  for (const { target, change, progress } of changes) {
    if (target !== message.seq || progress.state === 'failed') continue;
    if (change.kind === 'edit') result = { ...result, text: change.text, isEdited: true };
    if (change.kind !== 'react' || !self) continue;
    result = { ...result, reactions: applyReaction(result.reactions, { ...change, from: self }) };
  }
  return result;
}
