import { words } from '../i18n/index.ts';
import { lobby } from '../lib/limits.ts';
import type { Chat } from '../state/chat-store.ts';
import { ConnectionState } from './connection-banner.tsx';
import { IconButton } from './icon-button.tsx';
import { PeopleButton } from './members.tsx';

interface HeaderProps {
  readonly chat: Chat;
  /** Whether the rooms and the connection stand beside it. */
  readonly isWide: boolean;
  readonly isPeopleOpen: boolean;
  readonly onRooms: () => void;
  readonly onPeople: () => void;
}

/** The name of the room, and what one can do with it. */
export function Header({ chat, isWide, isPeopleOpen, onRooms, onPeople }: HeaderProps) {
  const { name, people } = chat.shown;
  const showPeople = () => {
    void people.refresh();
    onPeople();
  };
  return (
    <header>
      {!isWide && <IconButton shape="menu" label={words.openRooms} onClick={onRooms} />}
      <h1>
        <span class="hash" aria-hidden="true">
          #
        </span>
        {name}
      </h1>
      {!isWide && <ConnectionState chat={chat} />}
      <PeopleButton chat={chat} isOpen={isPeopleOpen} onClick={showPeople} />
      {name !== lobby && (
        <IconButton shape="leave" label={words.leave} onClick={() => leave(chat, name)} />
      )}
    </header>
  );
}

/** Goes to the default room, and leaves the one that was shown. */
function leave(chat: Chat, name: string): void {
  location.hash = lobby;
  chat.show(lobby);
  chat.leave(name);
}
