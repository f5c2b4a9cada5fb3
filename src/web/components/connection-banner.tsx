import type { ConnectionState } from '../../client/index.ts';
import { formatSecondsUntil } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { useNow } from './hooks.ts';

const labels: Readonly<Record<ConnectionState, string>> = {
  idle: t.connecting,
  connecting: t.connecting,
  connected: t.connected,
  reconnecting: t.reconnecting,
  closed: t.closed,
};

/** Shows the state of the connection in one word. */
export function ConnectionIndicator({ chat }: { readonly chat: ChatStore }) {
  const { state } = chat.status;
  return (
    <p class="connection" data-state={state} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{labels[state]}</span>
    </p>
  );
}

interface ConnectionBannerProps {
  readonly chat: ChatStore;
  /** Called when the user wants to enter another token. */
  readonly onToken: () => void;
}

/** Shows the next attempt to connect, or a problem of the token. Hidden while connected. */
export function ConnectionBanner({ chat, onToken }: ConnectionBannerProps) {
  const { state, retryAt } = chat.status;
  const now = useNow(retryAt !== undefined);
  if (state === 'closed') return <ClosedBanner />;
  if (state === 'connected') return null;
  const problem = chat.token?.problem;
  if (problem) {
    return (
      <div class="banner">
        <div>
          <strong role="alert">{t[problem]}</strong>
          <p>{t.offlineText}</p>
        </div>
        <button type="button" onClick={onToken}>
          {t.changeToken}
        </button>
      </div>
    );
  }
  if (state !== 'reconnecting' && retryAt === undefined) return null;
  return (
    <div class="banner">
      <div>
        <strong>{labels[state]}</strong>{' '}
        <span class="countdown">
          {retryAt === undefined ? t.retrying : t.retryIn(formatSecondsUntil(retryAt, now))}
        </span>
        <p>{t.offlineText}</p>
      </div>
      <button type="button" onClick={() => chat.reconnectNow()}>
        {t.tryNow}
      </button>
    </div>
  );
}

function ClosedBanner() {
  return (
    <div class="banner">
      <strong>{t.closed}</strong>
      <button type="button" onClick={() => location.reload()}>
        {t.reload}
      </button>
    </div>
  );
}
