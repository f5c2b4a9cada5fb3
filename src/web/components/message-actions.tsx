import { useRef, useState } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { RoomState } from '../state/room-store.ts';
import { IconButton } from './icon-button.tsx';

/** What one reacts with. */
const emojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'];

/** What the actions of a message are given. */
interface ActionsProps {
  readonly room: RoomState;
  readonly message: Message;
  readonly isOwn: boolean;
  readonly onReact: (emoji: string) => void;
  readonly onDelete: () => void;
}

/** What one can do with a message. */
export function Actions({ room, message, isOwn, onReact, onDelete }: ActionsProps) {
  const [isReacting, setReacting] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setReacting(false);
    opener.current?.focus();
  };
  const react = (emoji: string) => {
    close();
    onReact(emoji);
  };
  return (
    <fieldset
      class="actions"
      aria-label={words.actions}
      onKeyDown={(event) => event.key === 'Escape' && isReacting && close()}
    >
      {isReacting && (
        <fieldset class="emojis" aria-label={words.react}>
          {emojis.map((emoji, index) => (
            <button
              type="button"
              key={emoji}
              aria-label={words.reactWith(emoji)}
              ref={index === 0 ? focusOn : null}
              onClick={() => react(emoji)}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
      <IconButton
        shape="smile"
        label={words.react}
        buttonRef={opener}
        onClick={() => setReacting(!isReacting)}
      />
      <IconButton
        shape="reply"
        label={words.reply}
        onClick={() => room.writing.choose({ replyTo: message })}
      />
      {isOwn && (
        <IconButton
          shape="edit"
          label={words.edit}
          onClick={() => room.writing.choose({ editing: message.seq })}
        />
      )}
      {isOwn && <IconButton shape="delete" label={words.delete} onClick={onDelete} />}
    </fieldset>
  );
}

const focusOn = (button: HTMLButtonElement | null) => button?.focus();
