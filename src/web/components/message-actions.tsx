import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { RoomStore } from '../state/room-store.ts';
import { IconButton } from './icon-button.tsx';

/** The emojis of the picker. */
const emojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'];

interface MessageActionsProps {
  readonly room: RoomStore;
  readonly message: Message;
  readonly isOwn: boolean;
  readonly onReact: (emoji: string) => void;
  readonly onDelete: () => void;
}

/** The buttons that act on a message. */
export function MessageActions({ room, message, isOwn, onReact, onDelete }: MessageActionsProps) {
  const { composer } = room;
  const [isPickerOpen, setPickerOpen] = useState(false);
  const reactButton = useRef<HTMLButtonElement>(null);
  const closePicker = () => {
    setPickerOpen(false);
    reactButton.current?.focus();
  };
  const react = (emoji: string) => {
    closePicker();
    onReact(emoji);
  };
  const reply = () => composer.setMode({ replyTo: message });
  const edit = () => composer.setMode({ editing: message.seq });
  return (
    <fieldset
      class="actions"
      aria-label={t.actions}
      onKeyDown={(event) => event.key === 'Escape' && isPickerOpen && closePicker()}
    >
      {isPickerOpen && <EmojiPicker onPick={react} />}
      <IconButton
        icon="smile"
        label={t.react}
        buttonRef={reactButton}
        onClick={() => setPickerOpen(!isPickerOpen)}
      />
      <IconButton icon="reply" label={t.reply} onClick={reply} />
      {isOwn && <IconButton icon="edit" label={t.edit} onClick={edit} />}
      {isOwn && <IconButton icon="delete" label={t.delete} onClick={onDelete} />}
    </fieldset>
  );
}

function EmojiPicker({ onPick }: { readonly onPick: (emoji: string) => void }) {
  return (
    <fieldset class="emojis" aria-label={t.react}>
      {emojis.map((emoji, index) => (
        <button
          type="button"
          key={emoji}
          aria-label={t.reactWith(emoji)}
          ref={index === 0 ? focusOnMount : null}
          onClick={() => onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
    </fieldset>
  );
}

const focusOnMount = (button: HTMLButtonElement | null) => button?.focus();
