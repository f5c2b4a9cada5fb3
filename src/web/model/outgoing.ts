import type { Person } from '../../client/index.ts';
import { type Message, react } from './message.ts';

/** How far something has come that was sent: it is on its way, it is stored, or it could not be. */
export type Progress =
  | { readonly state: 'sending' }
  | { readonly state: 'sent'; readonly seq: number }
  | { readonly state: 'failed'; readonly code: string };

/** A message of one's own that has not come back yet. */
export interface Draft {
  /** Sending again with the same id has no further effect. */
  readonly id: string;
  readonly text: string;
  readonly replyTo?: number;
  readonly sentAt: number;
  readonly progress: Progress;
}

/** What to do to a message. */
export type Change =
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'react'; readonly emoji: string; readonly on: boolean };

/** A change of one's own that has not come back yet. */
export interface PendingChange {
  readonly id: string;
  readonly target: number;
  readonly change: Change;
  readonly progress: Progress;
}

/** Those with the progress of one of them changed. */
export function advanced<T extends { readonly id: string }>(
  pending: readonly T[],
  id: string,
  progress: Progress,
): readonly T[] {
  return pending.map((one) => (one.id === id ? { ...one, progress } : one));
}

/** Those that have not come back yet, now that the log was given out up to a number. */
export function outstanding<T extends { readonly progress: Progress }>(
  pending: readonly T[],
  upTo: number,
): readonly T[] {
  const rest = pending.filter(({ progress }) => progress.state !== 'sent' || progress.seq > upTo);
  return rest.length === pending.length ? pending : rest;
}

/** A message as it will stand when the changes that are under way have come back. */
export function expected(
  message: Message,
  changes: readonly PendingChange[],
  self: Pick<Person, 'userId'> | undefined,
): Message {
  let shown = message;
  for (const { target, change, progress } of changes) {
    if (target !== message.seq || progress.state === 'failed') continue;
    if (change.kind === 'edit') shown = { ...shown, text: change.text, isEdited: true };
    if (change.kind !== 'react' || !self) continue;
    shown = { ...shown, reactions: react(shown.reactions, { ...change, from: self }) };
  }
  return shown;
}
