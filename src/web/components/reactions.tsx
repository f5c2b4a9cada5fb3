import { listOf, numberOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { Chat } from '../state/chat-store.ts';

/** More people are not named. */
const maxNamed = 20;

interface ReactionsProps {
  readonly chat: Chat;
  readonly reactions: Message['reactions'];
  readonly onReact: (emoji: string) => void;
}

/** The emojis on a message; one’s own can be taken off, another’s be joined. */
export function Reactions({ chat, reactions, onReact }: ReactionsProps) {
  if (reactions.size === 0) return null;
  return (
    <ul class="reactions">
      {[...reactions].map(([emoji, people]) => {
        const named = people.slice(0, maxNamed).map((id) => chat.nameOf(id) ?? words.somebody);
        const label = words.reaction(emoji, people.length, listOf(named));
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={people.includes(chat.self?.userId ?? '')}
              aria-label={label}
              title={label}
              onClick={() => onReact(emoji)}
            >
              {emoji} <span>{numberOf(people.length)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
