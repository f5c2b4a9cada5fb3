import { render } from 'preact';
import { App } from './components/app.tsx';
import { forName, forToken } from './components/prompt-form.tsx';
import { Welcome } from './components/welcome.tsx';
import { words } from './i18n/index.ts';
import { lobby } from './lib/limits.ts';
import { broughtBy } from './lib/location-hash.ts';
import { Chat } from './state/chat-store.ts';
import { keeping, Memory } from './state/saved-state.ts';
import { claimsOf, Token, tokenFrom } from './state/token.ts';

/** What the stage tells the page. */
const told = (what: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="kaiwa-${what}"]`)?.content;

const lasting = keeping(() => localStorage);
const ofTab = keeping(() => sessionStorage);
const token = told('auth') === 'jwt' ? new Token(ofTab) : undefined;

// Before anything else: whoever sees the address or shares it must not get the token with it.
takeToken();

const root = document.querySelector('#app');
const url = told('socket');

if (root && url) {
  document.documentElement.lang = words.locale;
  addEventListener('hashchange', () => takeToken() && location.reload());
  begin(root, url);
}

/**
 * Takes a token out of the address, and tells whether one is known by it now. Anybody can write such an
 * address: it makes nobody another person without asking.
 */
function takeToken(): boolean {
  const brought = broughtBy(location.hash);
  if (brought.token === undefined) return false;
  const { pathname, search } = location;
  history.replaceState(null, '', brought.room ? `#${brought.room}` : pathname + search);
  const text = tokenFrom(brought.token);
  if (!token || text === undefined) return false;
  const isAnother = token.text !== undefined && claimsOf(text).sub !== token.person;
  if (isAnother && !confirm(words.becomeAnother)) return false;
  token.text = text;
  return true;
}

/** The room that the address names, if it names one. */
function roomInAddress(): string | undefined {
  return broughtBy(location.hash).room;
}

function begin(root: Element, url: string): void {
  const memory = new Memory(lasting, ofTab, token?.person);
  const { name } = memory;
  if ((token ? token.text : name) !== undefined) {
    chat(root, new Chat({ url, name, memory, token }), memory);
    return;
  }
  const onAnswer = (answer: string) => {
    if (token) token.text = answer;
    else memory.name = answer;
    begin(root, url);
  };
  const question = token ? forToken : forName;
  render(<Welcome room={roomInAddress()} question={question} onAnswer={onAnswer} />, root);
}

function chat(root: Element, chat: Chat, memory: Memory): void {
  const show = () => chat.show(roomInAddress() ?? lobby);
  const onName = (chosen: string) => {
    memory.name = chosen;
    // A name goes with the connection, and everything is kept: so everything begins anew.
    location.reload();
  };
  const onToken = (given: string) => {
    if (!token) return;
    const { person } = token;
    token.text = given;
    if (claimsOf(given).sub === person) chat.tryNow();
    else location.reload();
  };
  const onSignOut = () => {
    if (token) token.text = '';
    location.reload();
  };
  show();
  addEventListener('hashchange', show);
  addEventListener('online', () => chat.tryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && chat.status.retryAt !== undefined) chat.tryNow();
  });
  render(<App chat={chat} onName={onName} onToken={onToken} onSignOut={onSignOut} />, root);
}
