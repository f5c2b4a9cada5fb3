import type { State } from '../../client/index.ts';
import { secondsUntil } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { Chat } from '../state/chat-store.ts';
import { useNow } from './hooks.ts';

const labels: Readonly<Record<State, string>> = {
  idle: words.connecting,
  connecting: words.connecting,
  connected: words.connected,
  reconnecting: words.reconnecting,
  closed: words.closed,
};

/** How the connection is, in a word; always there. */
export function ConnectionState({ chat }: { readonly chat: Chat }) {
  const { state } = chat.status;
  return (
    <p class="connection" data-state={state} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{labels[state]}</span>
    </p>
  );
}

/** What the banner is given. */
interface BannerProps {
  readonly chat: Chat;
  /** Another token is to be given. */
  readonly onToken: () => void;
}

/** What to know while there is no connection: when it is tried again, or why that may not help. */
export function ConnectionBanner({ chat, onToken }: BannerProps) {
  const { state, retryAt } = chat.status;
  const now = useNow(retryAt !== undefined);
  if (state === 'closed') return <Closed />;
  if (state === 'connected') return null;
  const trouble = chat.token?.trouble;
  if (trouble) {
    return (
      <div class="banner">
        <div>
          <strong role="alert">{words[trouble]}</strong>
          <p>{words.offlineText}</p>
        </div>
        <button type="button" onClick={onToken}>
          {words.changeToken}
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
          {retryAt === undefined ? words.retrying : words.retryIn(secondsUntil(retryAt, now))}
        </span>
        <p>{words.offlineText}</p>
      </div>
      <button type="button" onClick={() => chat.tryNow()}>
        {words.tryNow}
      </button>
    </div>
  );
}

function Closed() {
  return (
    <div class="banner">
      <strong>{words.closed}</strong>
      <button type="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
