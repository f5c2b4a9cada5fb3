import { useEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { useObservable } from './hooks.ts';
import { type Layout, useLayout } from './layout.ts';
import { MemberPanel } from './members.tsx';
import { MessageList } from './message-list.tsx';
import { OpenPanel } from './open-panel.tsx';
import { Sidebar } from './sidebar.tsx';

interface AppProps {
  readonly chat: ChatStore;
  readonly onName: (name: string) => void;
  readonly onToken: (token: string) => void;
  readonly onSignOut: () => void;
}

/** The chat: the sidebar, the shown room, and its members. */
export function App({ chat, onName, onToken, onSignOut }: AppProps) {
  useObservable(chat);
  const layout = useLayout();
  const { isWide, isExtraWide, isMembersOpen, openPanel, closePanel } = layout;
  useEffect(() => {
    const unread = chat.unread > 0 ? `(${chat.unread}) ` : '';
    document.title = `${unread}#${chat.currentRoom.name} – ${t.app}`;
  });
  const sidebar = (
    <Sidebar
      chat={chat}
      onRename={() => openPanel('name')}
      onSignOut={onSignOut}
      onSelect={closePanel}
    />
  );
  return (
    <div class="app">
      {isWide && <aside class="sidebar">{sidebar}</aside>}
      <Main chat={chat} layout={layout} />
      {isExtraWide && isMembersOpen && (
        <aside class="sidebar members-side" aria-label={t.membersHere}>
          <MemberPanel chat={chat} />
        </aside>
      )}
      <OpenPanel chat={chat} layout={layout} sidebar={sidebar} onName={onName} onToken={onToken} />
      <Announcer chat={chat} />
    </div>
  );
}

/** The shown room. */
function Main({ chat, layout }: { readonly chat: ChatStore; readonly layout: Layout }) {
  const { isWide, isMembersOpen, openPanel, toggleMembers } = layout;
  const room = chat.currentRoom;
  return (
    <main>
      <Header
        chat={chat}
        isWide={isWide}
        isMembersOpen={isMembersOpen}
        onRooms={() => openPanel('rooms')}
        onMembers={toggleMembers}
      />
      <ConnectionBanner chat={chat} onToken={() => openPanel('token')} />
      {room.rejection !== undefined && (
        <p class="banner" role="alert">
          {t.roomRejected} {t.errorTexts[room.rejection]}
        </p>
      )}
      <MessageList key={room.name} chat={chat} room={room} />
      <Composer chat={chat} />
    </main>
  );
}
