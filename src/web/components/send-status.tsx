import { t } from '../i18n/index.ts';
import type { OutgoingMessage, PendingChange } from '../model/outgoing.ts';
import type { RoomStore } from '../state/room-store.ts';

interface SendStatusLineProps {
  readonly room: RoomStore;
  readonly pending: OutgoingMessage | PendingChange;
  /** The text that says what failed. */
  readonly reason: string;
}

/** The status of a message or change: under way, or failed with buttons to retry or discard it. */
export function SendStatusLine({
  room: { sendQueue },
  pending: { id, progress },
  reason,
}: SendStatusLineProps) {
  if (progress.state !== 'failed') {
    return <p class="hint">{t.sending}</p>;
  }
  return (
    <p class="send-failure" role="alert">
      {reason} {t.errorTexts[progress.code]}{' '}
      <button type="button" onClick={() => sendQueue.retry(id)}>
        {t.tryAgain}
      </button>{' '}
      <button type="button" onClick={() => sendQueue.discard(id)}>
        {t.discard}
      </button>
    </p>
  );
}
