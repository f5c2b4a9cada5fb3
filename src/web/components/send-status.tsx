import { words } from '../i18n/index.ts';
import type { Draft, PendingChange } from '../model/outgoing.ts';
import type { RoomState } from '../state/room-store.ts';

interface FailureProps {
  readonly room: RoomState;
  readonly pending: Draft | PendingChange;
  /** What did not happen. */
  readonly reason: string;
}

/** How far something has come that one sent: on its way, or failed, with what one can do then. */
export function Failure({ room: { sending }, pending: { id, progress }, reason }: FailureProps) {
  if (progress.state !== 'failed') {
    return <p class="hint progress">{words.sending}</p>;
  }
  return (
    <p class="failure" role="alert">
      {reason} {words.why[progress.code]}{' '}
      <button type="button" onClick={() => sending.retry(id)}>
        {words.tryAgain}
      </button>{' '}
      <button type="button" onClick={() => sending.discard(id)}>
        {words.discard}
      </button>
    </p>
  );
}
