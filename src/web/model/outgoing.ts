import type { User } from '../../client/index.ts';
import { applyReaction, type Message } from './message.ts';

/** The status of a send: under way, stored, or failed. */
export type SendStatus =
  | { readonly state: 'sending' }
  | { readonly state: 'sent'; readonly seq: number }
  | { readonly state: 'failed'; readonly code: string };

/** A message of the user that the log has not confirmed yet. */
export interface OutgoingMessage {
  /** The id that makes a retry of the send harmless. */
  readonly id: string;
  readonly text: string;
  readonly replyTo?: number;
  readonly sentAt: number;
  readonly progress: SendStatus;
}

/** A change that the user makes to a message. */
export type MessageChange =
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'react'; readonly emoji: string; readonly on: boolean };

/** A change by the user that the log has not confirmed yet. */
export interface PendingChange {
  readonly id: string;
  readonly target: number;
  readonly change: MessageChange;
  readonly progress: SendStatus;
}

/** Sets the status of the item with an id. */
export function withStatus<T extends { readonly id: string }>(
  pending: readonly T[],
  id: string,
  progress: SendStatus,
): readonly T[] {
  return pending.map((item) => (item.id === id ? { ...item, progress } : item));
}

/** Drops the items that are stored at a seq of at most `upTo`. Returns the same array if none is. */
export function unconfirmed<T extends { readonly progress: SendStatus }>(
  pending: readonly T[],
  upTo: number,
): readonly T[] {
  const rest = pending.filter(({ progress }) => progress.state !== 'sent' || progress.seq > upTo);
  return rest.length === pending.length ? pending : rest;
}

/** Applies the changes that are under way to a message. Failed changes have no effect. */
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
