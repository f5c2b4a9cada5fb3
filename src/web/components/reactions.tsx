import { formatList, formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { ChatStore } from '../state/chat-store.ts';

/** Most users that the label of a reaction names. */
const maxNames = 20;

interface ReactionsProps {
  readonly chat: ChatStore;
  readonly reactions: Message['reactions'];
  readonly onReact: (emoji: string) => void;
}

/** The reactions to a message. A click adds the user's reaction, or removes it. */
export function Reactions({ chat, reactions, onReact }: ReactionsProps) {
  if (reactions.size === 0) return null;
  return (
    <ul class="reactions">
      {[...reactions].map(([emoji, userIds]) => {
        const names = userIds.slice(0, maxNames).map((id) => chat.getName(id) ?? t.unknownUser);
        const label = t.reaction(emoji, userIds.length, formatList(names));
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={userIds.includes(chat.self?.userId ?? '')}
              aria-label={label}
              title={label}
              onClick={() => onReact(emoji)}
            >
              {emoji} <span>{formatNumber(userIds.length)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
