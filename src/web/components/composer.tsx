import { useEffect, useRef } from 'preact/hooks';
import { formatList, formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { codePointLength, maxTextLength } from '../lib/limits.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { AutosizeTextarea, isComposing } from './autosize-textarea.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** Where one writes. */
export function Composer({ chat }: { readonly chat: ChatStore }) {
  const room = chat.currentRoom;
  const field = useRef<HTMLTextAreaElement | null>(null);
  const { text, replyTo } = room.composer;
  const length = codePointLength(text.trim());
  const focus = () => field.current?.focus();
  const send = () => {
    if (length <= maxTextLength) room.send();
    focus();
  };
  // Opening a room, and choosing to answer, lead here.
  useEffect(focus, [room]);
  useEffect(() => {
    if (replyTo) focus();
  }, [replyTo]);
  const onKey = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === 'Escape' && replyTo) room.composer.setMode({});
    if (event.key === 'ArrowUp' && text === '') {
      const lastOwn = room.history.timeline.messages.findLast(
        ({ from, isDeleted }) => from.userId === chat.self?.userId && !isDeleted,
      );
      if (!lastOwn) return;
      event.preventDefault();
      room.composer.setMode({ editing: lastOwn.seq });
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
            <span class="hint">{t.replyingTo(replyTo.from.name)}</span>{' '}
            <span class="quoted">{replyTo.text}</span>
          </p>
          <IconButton
            icon="close"
            label={t.cancelReply}
            onClick={() => {
              room.composer.setMode({});
              focus();
            }}
          />
        </div>
      )}
      <div class="composer-field">
        <AutosizeTextarea
          value={text}
          label={t.composerLabel(room.name)}
          onInput={(value) => room.setText(value)}
          onEnter={send}
          onKey={onKey}
          onField={(element) => {
            field.current = element;
          }}
        />
        <button type="submit" class="send" aria-label={t.send} title={t.send}>
          <Icon name="send" />
        </button>
      </div>
      {length > maxTextLength - 200 && (
        <p class={length > maxTextLength ? 'hint invalid' : 'hint'} role="status">
          {t.characterCount(formatNumber(length), formatNumber(maxTextLength))}
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
          {names.length > 3 ? t.severalTyping : t.typing(names, formatList(names))}
        </>
      )}
    </p>
  );
}
