import { numberOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { Chat } from '../state/chat-store.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';

interface PeopleButtonProps {
  readonly chat: Chat;
  readonly isOpen: boolean;
  readonly onClick: () => void;
}

/** Says how many are in the room, and shows who. */
export function PeopleButton({ chat, isOpen, onClick }: PeopleButtonProps) {
  const label = words.showPeople(peopleCount(chat));
  return (
    <button
      type="button"
      class="icon-button count"
      aria-label={label}
      title={label}
      aria-expanded={isOpen}
      onClick={onClick}
    >
      <Icon shape="people" />
      {chat.shown.people.list.length > 0 && peopleCount(chat)}
    </button>
  );
}

/** How many are in the shown room, as far as is known. */
function peopleCount({ shown: { people } }: Chat): string {
  return `${numberOf(people.list.length)}${people.hasMore ? '+' : ''}`;
}

/** Who is in the room. */
export function PeopleList({ chat }: { readonly chat: Chat }) {
  const { people } = chat.shown;
  return (
    <div class="people">
      <h2>{words.people(peopleCount(chat))}</h2>
      <ul>
        {people.list.map((person) => (
          <li key={person.userId}>
            <Avatar person={person} isSmall />
            <bdi class="person-name">{person.name}</bdi>
            {person.userId === chat.self?.userId && <span class="hint">{words.you}</span>}
          </li>
        ))}
      </ul>
      {people.hasMore && (
        <button type="button" onClick={() => void people.more()}>
          {words.more}
        </button>
      )}
    </div>
  );
}
