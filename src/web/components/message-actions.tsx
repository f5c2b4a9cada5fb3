import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { RoomStore } from '../state/room-store.ts';
import { IconButton } from './icon-button.tsx';

/** What one reacts with. */
const emojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'];

/** What the actions of a message are given. */
interface MessageActionsProps {
  readonly room: RoomStore;
  readonly message: Message;
  readonly isOwn: boolean;
  readonly onReact: (emoji: string) => void;
  readonly onDelete: () => void;
}

/** What one can do with a message. */
export function MessageActions({ room, message, isOwn, onReact, onDelete }: MessageActionsProps) {
  const [isReacting, setReacting] = useState(false);
  const reactButton = useRef<HTMLButtonElement>(null);
  const close = () => {
    setReacting(false);
    reactButton.current?.focus();
  };
  const react = (emoji: string) => {
    close();
    onReact(emoji);
  };
  return (
    <fieldset
      class="actions"
      aria-label={t.actions}
      onKeyDown={(event) => event.key === 'Escape' && isReacting && close()}
    >
      {isReacting && (
        <fieldset class="emojis" aria-label={t.react}>
          {emojis.map((emoji, index) => (
            <button
              type="button"
              key={emoji}
              aria-label={t.reactWith(emoji)}
              ref={index === 0 ? focusOn : null}
              onClick={() => react(emoji)}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
      <IconButton
        icon="smile"
        label={t.react}
        buttonRef={reactButton}
        onClick={() => setReacting(!isReacting)}
      />
      <IconButton
        icon="reply"
        label={t.reply}
        onClick={() => room.composer.setMode({ replyTo: message })}
      />
      {isOwn && (
        <IconButton
          icon="edit"
          label={t.edit}
          onClick={() => room.composer.setMode({ editing: message.seq })}
        />
      )}
      {isOwn && <IconButton icon="delete" label={t.delete} onClick={onDelete} />}
    </fieldset>
  );
}

const focusOn = (button: HTMLButtonElement | null) => button?.focus();
