import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Dialog } from './dialog.tsx';
import { Header } from './header.tsx';
import { useMedia, useObservable } from './hooks.ts';
import { IconButton } from './icon-button.tsx';
import { MemberPanel } from './members.tsx';
import { MessageList } from './message-list.tsx';
import { PromptDialog } from './prompt-dialog.tsx';
import { namePrompt, tokenPrompt } from './prompt-form.tsx';
import { Sidebar } from './sidebar.tsx';

/** What is open over the page. */
type Panel = 'rooms' | 'members' | 'name' | 'token' | undefined;

interface AppProps {
  readonly chat: ChatStore;
  readonly onName: (name: string) => void;
  readonly onToken: (token: string) => void;
  readonly onSignOut: () => void;
}

/** The whole chat: the rooms, the one that is shown, and who is in it. */
export function App({ chat, onName, onToken, onSignOut }: AppProps) {
  useObservable(chat);
  const isWide = useMedia('(min-width: 760px)');
  const isExtraWide = useMedia('(min-width: 1100px)');
  const [panel, setPanel] = useState<Panel>();
  const [isMemberPanelOpen, setMemberPanelOpen] = useState(true);
  const close = () => setPanel(undefined);
  const room = chat.currentRoom;
  useEffect(() => {
    const unread = chat.unread > 0 ? `(${chat.unread}) ` : '';
    document.title = `${unread}#${room.name} – ${t.app}`;
  });
  const rooms = (
    <Sidebar chat={chat} onRename={() => setPanel('name')} onSignOut={onSignOut} onSelect={close} />
  );
  return (
    <div class="app">
      {isWide && <aside class="sidebar">{rooms}</aside>}
      <main>
        <Header
          chat={chat}
          isWide={isWide}
          isMembersOpen={isExtraWide ? isMemberPanelOpen : panel === 'members'}
          onRooms={() => setPanel('rooms')}
          onMembers={() =>
            isExtraWide ? setMemberPanelOpen(!isMemberPanelOpen) : setPanel('members')
          }
        />
        <ConnectionBanner chat={chat} onToken={() => setPanel('token')} />
        {room.rejection !== undefined && (
          <p class="banner" role="alert">
            {t.roomRejected} {t.errorTexts[room.rejection]}
          </p>
        )}
        <MessageList key={room.name} chat={chat} room={room} />
        <Composer chat={chat} />
      </main>
      {isExtraWide && isMemberPanelOpen && (
        <aside class="sidebar members-side" aria-label={t.membersHere}>
          <MemberPanel chat={chat} />
        </aside>
      )}
      {!isExtraWide && panel === 'members' && (
        <Dialog class="drawer end" label={t.membersHere} onClose={close}>
          <IconButton icon="close" label={t.close} onClick={close} />
          <MemberPanel chat={chat} />
        </Dialog>
      )}
      {!isWide && panel === 'rooms' && (
        <Dialog class="drawer" label={t.rooms} onClose={close}>
          <IconButton icon="close" label={t.close} onClick={close} />
          {rooms}
        </Dialog>
      )}
      {panel === 'name' && (
        <PromptDialog prompt={namePrompt} value={chat.name} onAnswer={onName} onClose={close} />
      )}
      {panel === 'token' && (
        <PromptDialog
          prompt={tokenPrompt}
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
