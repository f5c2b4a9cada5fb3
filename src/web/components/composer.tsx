import { useEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { codePointLength, maxTextLength } from '../lib/limits.ts';
import type { Message } from '../model/message.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { AutosizeTextarea, isComposing } from './autosize-textarea.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** The form for a new message. */
export function Composer({ chat }: { readonly chat: ChatStore }) {
  const room = chat.currentRoom;
  const field = useRef<HTMLTextAreaElement | null>(null);
  const { text, replyTo } = room.composer;
  const length = codePointLength(text.trim());
  const focus = () => field.current?.focus();
  const send = (event?: Event) => {
    event?.preventDefault();
    if (length <= maxTextLength) room.send();
    focus();
  };
  const cancelReply = () => {
    room.composer.setMode({});
    focus();
  };
  useEffect(focus, [room]);
  useEffect(() => {
    if (replyTo) focus();
  }, [replyTo]);
  return (
    <form class="composer" onSubmit={send}>
      {replyTo && <ReplyPreview message={replyTo} onCancel={cancelReply} />}
      <div class="composer-field">
        <AutosizeTextarea
          value={text}
          label={t.composerLabel(room.name)}
          onInput={(value) => room.setText(value)}
          onEnter={send}
          onKey={(event) => handleKey(event, chat)}
          onField={(element) => {
            field.current = element;
          }}
        />
        <button type="submit" class="send" aria-label={t.send} title={t.send}>
          <Icon name="send" />
        </button>
      </div>
      {length > maxTextLength - 200 && <CharacterCount length={length} />}
    </form>
  );
}

/** Escape cancels a reply. The up arrow in an empty field edits the user's last message. */
function handleKey(event: KeyboardEvent, chat: ChatStore): void {
  if (isComposing(event)) return;
  const { composer, history } = chat.currentRoom;
  if (event.key === 'Escape' && composer.replyTo) composer.setMode({});
  if (event.key !== 'ArrowUp' || composer.text !== '') return;
  const lastOwn = history.timeline.messages.findLast(
    ({ from, isDeleted }) => from.userId === chat.self?.userId && !isDeleted,
  );
  if (!lastOwn) return;
  event.preventDefault();
  composer.setMode({ editing: lastOwn.seq });
}

interface ReplyPreviewProps {
  readonly message: Message;
  readonly onCancel: () => void;
}

/** Shows the message that the user replies to. */
function ReplyPreview({ message, onCancel }: ReplyPreviewProps) {
  return (
    <div class="replying">
      <p>
        <span class="hint">{t.replyingTo(message.from.name)}</span>{' '}
        <span class="quoted">{message.text}</span>
      </p>
      <IconButton icon="close" label={t.cancelReply} onClick={onCancel} />
    </div>
  );
}

function CharacterCount({ length }: { readonly length: number }) {
  return (
    <p class={length > maxTextLength ? 'hint invalid' : 'hint'} role="status">
      {t.characterCount(formatNumber(length), formatNumber(maxTextLength))}
    </p>
  );
}
