import { render } from 'preact';
import { App } from './components/app.tsx';
import { namePrompt, tokenPrompt } from './components/prompt-form.tsx';
import { Welcome } from './components/welcome.tsx';
import { t } from './i18n/index.ts';
import { defaultRoom } from './lib/limits.ts';
import { parseHash } from './lib/location-hash.ts';
import { ChatStore } from './state/chat-store.ts';
import { SavedState, safeStorage } from './state/saved-state.ts';
import { parseClaims, parseToken, Token } from './state/token.ts';

/** Reads a setting of the stage from the document. */
const readMeta = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="kaiwa-${name}"]`)?.content;

const persistentStorage = safeStorage(() => localStorage);
const tabStorage = safeStorage(() => sessionStorage);
const token = readMeta('auth') === 'jwt' ? new Token(tabStorage) : undefined;

// This comes first, so that a shared or visible URL does not contain the token.
consumeTokenFromHash();

const root = document.querySelector('#app');
const url = readMeta('socket');

if (root && url) {
  document.documentElement.lang = t.locale;
  addEventListener('hashchange', () => consumeTokenFromHash() && location.reload());
  start(root, url);
}

/**
 * Removes a token from the URL and stores it. Returns whether it was stored.
 * Anyone can create such a URL, so the user must confirm a switch to another user.
 */
function consumeTokenFromHash(): boolean {
  const params = parseHash(location.hash);
  if (params.token === undefined) return false;
  const { pathname, search } = location;
  history.replaceState(null, '', params.room ? `#${params.room}` : pathname + search);
  const text = parseToken(params.token);
  if (!token || text === undefined) return false;
  const isOtherUser = token.text !== undefined && parseClaims(text).sub !== token.userId;
  if (isOtherUser && !confirm(t.confirmUserSwitch)) return false;
  token.text = text;
  return true;
}

/** Returns the room in the URL, if there is one. */
function roomFromHash(): string | undefined {
  return parseHash(location.hash).room;
}

function start(root: Element, url: string): void {
  const savedState = new SavedState(persistentStorage, tabStorage, token?.userId);
  const { name } = savedState;
  if ((token ? token.text : name) !== undefined) {
    renderChat(root, new ChatStore({ url, name, savedState, token }), savedState);
    return;
  }
  const onAnswer = (answer: string) => {
    if (token) token.text = answer;
    else savedState.name = answer;
    start(root, url);
  };
  const prompt = token ? tokenPrompt : namePrompt;
  render(<Welcome room={roomFromHash()} prompt={prompt} onAnswer={onAnswer} />, root);
}

function renderChat(root: Element, chat: ChatStore, savedState: SavedState): void {
  const showRoomFromHash = () => chat.showRoom(roomFromHash() ?? defaultRoom);
  const onName = (newName: string) => {
    savedState.name = newName;
    // The server takes the name from the handshake. All state is saved, so a reload is enough.
    location.reload();
  };
  const onToken = (newToken: string) => {
    if (!token) return;
    const { userId } = token;
    token.text = newToken;
    if (parseClaims(newToken).sub === userId) chat.reconnectNow();
    else location.reload();
  };
  const onSignOut = () => {
    if (token) token.text = '';
    location.reload();
  };
  showRoomFromHash();
  addEventListener('hashchange', showRoomFromHash);
  addEventListener('online', () => chat.reconnectNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && chat.status.retryAt !== undefined)
      chat.reconnectNow();
  });
  render(<App chat={chat} onName={onName} onToken={onToken} onSignOut={onSignOut} />, root);
}
