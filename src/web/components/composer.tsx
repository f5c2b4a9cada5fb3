import { useEffect, useRef } from 'preact/hooks';
import { listOf, numberOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { lengthOf, maxText } from '../lib/limits.ts';
import type { Chat } from '../state/chat-store.ts';
import { GrowingField, isComposing } from './autosize-textarea.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** Where one writes. */
export function Composer({ chat }: { readonly chat: Chat }) {
  const room = chat.shown;
  const field = useRef<HTMLTextAreaElement | null>(null);
  const { text, replyTo } = room.writing;
  const length = lengthOf(text.trim());
  const focus = () => field.current?.focus();
  const send = () => {
    if (length <= maxText) room.send();
    focus();
  };
  // Opening a room, and choosing to answer, lead here.
  useEffect(focus, [room]);
  useEffect(() => {
    if (replyTo) focus();
  }, [replyTo]);
  const onKey = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === 'Escape' && replyTo) room.writing.choose({});
    if (event.key === 'ArrowUp' && text === '') {
      const own = room.history.timeline.messages.findLast(
        ({ from, isDeleted }) => from.userId === chat.self?.userId && !isDeleted,
      );
      if (!own) return;
      event.preventDefault();
      room.writing.choose({ editing: own.seq });
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {replyTo && (
        <div class="replying">
          <p>
            <span class="hint">{words.replyingTo(replyTo.from.name)}</span>{' '}
            <span class="quoted">{replyTo.text}</span>
          </p>
          <IconButton
            shape="close"
            label={words.cancelReply}
            onClick={() => {
              room.writing.choose({});
              focus();
            }}
          />
        </div>
      )}
      <div class="writing">
        <GrowingField
          value={text}
          label={words.write(room.name)}
          onInput={(value) => room.write(value)}
          onEnter={send}
          onKey={onKey}
          onField={(element) => {
            field.current = element;
          }}
        />
        <button type="submit" class="send" aria-label={words.send} title={words.send}>
          <Icon shape="send" />
        </button>
      </div>
      {length > maxText - 200 && (
        <p class={length > maxText ? 'hint wrong' : 'hint'} role="status">
          {words.tooLong(numberOf(length), numberOf(maxText))}
        </p>
      )}
    </form>
  );
}

/** Who types, in a line that is always there so that nothing jumps. */
export function TypingLine({ names }: { readonly names: string[] }) {
  return (
    <p class="typing">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {names.length > 3 ? words.severalTyping : words.typing(names, listOf(names))}
        </>
      )}
    </p>
  );
}
