import { useEffect, useState } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import type { Chat } from '../state/chat-store.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Dialog } from './dialog.tsx';
import { Header } from './header.tsx';
import { useMedia, useObservable } from './hooks.ts';
import { IconButton } from './icon-button.tsx';
import { PeopleList } from './members.tsx';
import { Messages } from './message-list.tsx';
import { Again } from './prompt-dialog.tsx';
import { forName, forToken } from './prompt-form.tsx';
import { Rooms } from './sidebar.tsx';

/** What is open over the page. */
type Panel = 'rooms' | 'people' | 'name' | 'token' | undefined;

interface AppProps {
  readonly chat: Chat;
  readonly onName: (name: string) => void;
  readonly onToken: (token: string) => void;
  readonly onSignOut: () => void;
}

/** The whole chat: the rooms, the one that is shown, and who is in it. */
export function App({ chat, onName, onToken, onSignOut }: AppProps) {
  useObservable(chat);
  const isWide = useMedia('(min-width: 760px)');
  const hasRoom = useMedia('(min-width: 1100px)');
  const [panel, setPanel] = useState<Panel>();
  const [isBeside, setBeside] = useState(true);
  const close = () => setPanel(undefined);
  const room = chat.shown;
  useEffect(() => {
    const unread = chat.unread > 0 ? `(${chat.unread}) ` : '';
    document.title = `${unread}#${room.name} – ${words.app}`;
  });
  const rooms = (
    <Rooms chat={chat} onRename={() => setPanel('name')} onSignOut={onSignOut} onChoose={close} />
  );
  return (
    <div class="app">
      {isWide && <aside class="side">{rooms}</aside>}
      <main>
        <Header
          chat={chat}
          isWide={isWide}
          isPeopleOpen={hasRoom ? isBeside : panel === 'people'}
          onRooms={() => setPanel('rooms')}
          onPeople={() => (hasRoom ? setBeside(!isBeside) : setPanel('people'))}
        />
        <ConnectionBanner chat={chat} onToken={() => setPanel('token')} />
        {room.refusal !== undefined && (
          <p class="banner" role="alert">
            {words.refused} {words.why[room.refusal]}
          </p>
        )}
        <Messages key={room.name} chat={chat} room={room} />
        <Composer chat={chat} />
      </main>
      {hasRoom && isBeside && (
        <aside class="side people-side" aria-label={words.peopleHere}>
          <PeopleList chat={chat} />
        </aside>
      )}
      {!hasRoom && panel === 'people' && (
        <Dialog class="drawer end" label={words.peopleHere} onClose={close}>
          <IconButton shape="close" label={words.close} onClick={close} />
          <PeopleList chat={chat} />
        </Dialog>
      )}
      {!isWide && panel === 'rooms' && (
        <Dialog class="drawer" label={words.rooms} onClose={close}>
          <IconButton shape="close" label={words.close} onClick={close} />
          {rooms}
        </Dialog>
      )}
      {panel === 'name' && (
        <Again question={forName} value={chat.name} onAnswer={onName} onClose={close} />
      )}
      {panel === 'token' && (
        <Again
          question={forToken}
          onAnswer={(token) => {
            onToken(token);
            close();
          }}
          onClose={close}
        />
      )}
      <Announcer chat={chat} />
    </div>
  );
}
