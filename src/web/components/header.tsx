import { t } from '../i18n/index.ts';
import { defaultRoom } from '../lib/limits.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { ConnectionIndicator } from './connection-banner.tsx';
import { IconButton } from './icon-button.tsx';
import { MembersButton } from './members.tsx';

interface HeaderProps {
  readonly chat: ChatStore;
  /** Whether the sidebar with the rooms and the connection is beside the header. */
  readonly isWide: boolean;
  readonly isMembersOpen: boolean;
  readonly onRooms: () => void;
  readonly onMembers: () => void;
}

/** The name of the shown room, with the buttons that act on the room. */
export function Header({ chat, isWide, isMembersOpen, onRooms, onMembers }: HeaderProps) {
  const { name, memberList } = chat.currentRoom;
  const showMembers = () => {
    void memberList.refresh();
    onMembers();
  };
  return (
    <header>
      {!isWide && <IconButton icon="menu" label={t.openRooms} onClick={onRooms} />}
      <h1>
        <span class="hash" aria-hidden="true">
          #
        </span>
        {name}
      </h1>
      {!isWide && <ConnectionIndicator chat={chat} />}
      <MembersButton chat={chat} isOpen={isMembersOpen} onClick={showMembers} />
      {name !== defaultRoom && (
        <IconButton icon="leave" label={t.leave} onClick={() => leaveRoom(chat, name)} />
      )}
    </header>
  );
}

/** Leaves the shown room and shows the default room. */
function leaveRoom(chat: ChatStore, name: string): void {
  location.hash = defaultRoom;
  chat.showRoom(defaultRoom);
  chat.leaveRoom(name);
}
