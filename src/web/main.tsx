import { render } from 'preact';
import { Chat } from './chat.ts';
import { lobby, roomFrom } from './limits.ts';
import { keeping, Memory } from './memory.ts';
import { App } from './views/app.tsx';
import { Welcome } from './views/welcome.tsx';
import { words } from './words/index.ts';

const root = document.querySelector('#app');
const url = document.querySelector<HTMLMetaElement>('meta[name="kaiwa-socket"]')?.content;
const memory = new Memory(
  keeping(() => localStorage),
  keeping(() => sessionStorage),
);

/** The room that the address names, if it names one. */
const roomInAddress = () => roomFrom(location.hash);

if (root && url) {
  document.documentElement.lang = words.locale;
  const { name } = memory;
  if (name === undefined) welcome(root, url);
  else chat(root, url, name);
}

function welcome(root: Element, url: string): void {
  const onName = (name: string) => {
    memory.name = name;
    chat(root, url, name);
  };
  render(<Welcome room={roomInAddress()} onName={onName} />, root);
}

function chat(root: Element, url: string, name: string): void {
  const chat = new Chat({ url, name, memory });
  const show = () => chat.show(roomInAddress() ?? lobby);
  const onRename = (chosen: string) => {
    memory.name = chosen;
    // A name goes with the connection, and everything is kept: so everything begins anew.
    location.reload();
  };
  show();
  addEventListener('hashchange', show);
  addEventListener('online', () => chat.tryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && chat.status.retryAt !== undefined) chat.tryNow();
  });
  render(<App chat={chat} onRename={onRename} />, root);
}
