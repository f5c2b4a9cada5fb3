import { useState } from 'preact/hooks';
import { numberOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { roomFrom } from '../lib/limits.ts';
import type { Chat } from '../state/chat-store.ts';
import type { RoomState } from '../state/room-store.ts';
import { Avatar } from './avatar.tsx';
import { ConnectionState } from './connection-banner.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** What the side with the rooms is given. */
interface RoomsProps {
  readonly chat: Chat;
  readonly onRename: () => void;
  readonly onSignOut: () => void;
  /** A room was chosen. */
  readonly onChoose: () => void;
}

/** The rooms that one is in, a way into others, the connection, and oneself. */
export function Rooms({ chat, onRename, onSignOut, onChoose }: RoomsProps) {
  const rooms = [...chat.rooms.values()];
  return (
    <div class="rooms">
      <p class="brand">
        {words.app} <span lang="ja">会話</span>
      </p>
      <nav aria-label={words.rooms}>
        <h2>{words.rooms}</h2>
        <ul>
          {rooms.map((room) => (
            <li key={room.name}>
              <RoomLink room={room} isShown={room === chat.shown} onChoose={onChoose} />
            </li>
          ))}
        </ul>
        <JoinForm onJoin={onChoose} />
      </nav>
      <div class="self">
        <Avatar person={chat.self ?? { userId: '', name: chat.name }} />
        <div class="self-name">
          <strong>
            <bdi>{chat.name}</bdi>
          </strong>
          <ConnectionState chat={chat} />
        </div>
        <IconButton shape="edit" label={words.changeName} onClick={onRename} />
        {chat.token && <IconButton shape="leave" label={words.signOut} onClick={onSignOut} />}
      </div>
    </div>
  );
}

interface RoomLinkProps {
  readonly room: RoomState;
  readonly isShown: boolean;
  readonly onChoose: () => void;
}

function RoomLink({ room: { name, reading }, isShown, onChoose }: RoomLinkProps) {
  const { unread } = reading;
  return (
    <a
      href={`#${name}`}
      class={unread > 0 ? 'room-link has-unread' : 'room-link'}
      aria-current={isShown ? 'page' : undefined}
      onClick={onChoose}
    >
      <span class="hash" aria-hidden="true">
        #
      </span>
      <span class="room-name">{name}</span>
      {unread > 0 && (
        <span class="badge" title={words.unread(unread)}>
          <span aria-hidden="true">{unread > 99 ? `${numberOf(99)}+` : numberOf(unread)}</span>
          <span class="unseen">{words.unread(unread)}</span>
        </span>
      )}
    </a>
  );
}

/** Where one writes the name of a room to go there. */
function JoinForm({ onJoin }: { readonly onJoin: () => void }) {
  const [written, write] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const room = roomFrom(written);
    if (room === undefined) return;
    write('');
    location.hash = room;
    onJoin();
  };
  const isWrong = written.trim() !== '' && roomFrom(written) === undefined;
  return (
    <form class="join" onSubmit={submit}>
      <input
        value={written}
        onInput={(event) => write(event.currentTarget.value)}
        placeholder={words.joinRoom}
        aria-label={words.joinRoom}
        aria-invalid={isWrong}
        aria-describedby="join-hint"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
      />
      <button type="submit" class="icon-button" aria-label={words.join} title={words.join}>
        <Icon shape="plus" />
      </button>
      <p class={isWrong ? 'hint wrong' : 'hint'} id="join-hint">
        {words.joinRoomHint}
      </p>
    </form>
  );
}
