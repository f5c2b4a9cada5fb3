import { useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { normalizeRoomName } from '../lib/limits.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { RoomStore } from '../state/room-store.ts';
import { Avatar } from './avatar.tsx';
import { ConnectionIndicator } from './connection-banner.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

interface SidebarProps {
  readonly chat: ChatStore;
  readonly onRename: () => void;
  readonly onSignOut: () => void;
  /** Called when the user selects a room. */
  readonly onSelect: () => void;
}

/** The joined rooms, the form to join another, the user's name, and the state of the connection. */
export function Sidebar({ chat, onRename, onSignOut, onSelect }: SidebarProps) {
  const rooms = [...chat.rooms.values()];
  return (
    <div class="rooms">
      <p class="brand">
        {t.app} <span lang="ja">会話</span>
      </p>
      <nav aria-label={t.rooms}>
        <h2>{t.rooms}</h2>
        <ul>
          {rooms.map((room) => (
            <li key={room.name}>
              <RoomLink room={room} isCurrent={room === chat.currentRoom} onSelect={onSelect} />
            </li>
          ))}
        </ul>
        <JoinForm onJoin={onSelect} />
      </nav>
      <div class="self">
        <Avatar user={chat.self ?? { userId: '', name: chat.name }} />
        <div class="self-name">
          <strong>
            <bdi>{chat.name}</bdi>
          </strong>
          <ConnectionIndicator chat={chat} />
        </div>
        <IconButton icon="edit" label={t.changeName} onClick={onRename} />
        {chat.token && <IconButton icon="leave" label={t.signOut} onClick={onSignOut} />}
      </div>
    </div>
  );
}

interface RoomLinkProps {
  readonly room: RoomStore;
  readonly isCurrent: boolean;
  readonly onSelect: () => void;
}

function RoomLink({ room: { name, readState }, isCurrent, onSelect }: RoomLinkProps) {
  const { unread } = readState;
  return (
    <a
      href={`#${name}`}
      class={unread > 0 ? 'room-link has-unread' : 'room-link'}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={onSelect}
    >
      <span class="hash" aria-hidden="true">
        #
      </span>
      <span class="room-name">{name}</span>
      {unread > 0 && (
        <span class="badge" title={t.unread(unread)}>
          <span aria-hidden="true">
            {unread > 99 ? `${formatNumber(99)}+` : formatNumber(unread)}
          </span>
          <span class="visually-hidden">{t.unread(unread)}</span>
        </span>
      )}
    </a>
  );
}

/** The form that joins a room by its name. */
function JoinForm({ onJoin }: { readonly onJoin: () => void }) {
  const [input, setInput] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const room = normalizeRoomName(input);
    if (room === undefined) return;
    setInput('');
    location.hash = room;
    onJoin();
  };
  const isInvalid = input.trim() !== '' && normalizeRoomName(input) === undefined;
  return (
    <form class="join" onSubmit={submit}>
      <input
        value={input}
        onInput={(event) => setInput(event.currentTarget.value)}
        placeholder={t.joinRoom}
        aria-label={t.joinRoom}
        aria-invalid={isInvalid}
        aria-describedby="join-hint"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
      />
      <button type="submit" class="icon-button" aria-label={t.join} title={t.join}>
        <Icon name="plus" />
      </button>
      <p class={isInvalid ? 'hint invalid' : 'hint'} id="join-hint">
        {t.joinRoomHint}
      </p>
    </form>
  );
}
