import { useLayoutEffect, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { codePointLength, maxTextLength } from '../lib/limits.ts';
import type { Message } from '../model/message.ts';
import type { RoomStore } from '../state/room-store.ts';
import { AutosizeTextarea, isComposing } from './autosize-textarea.tsx';

/** The form that edits the text of a message. */
export function Editor({ room, message }: { readonly room: RoomStore; readonly message: Message }) {
  const [input, setInput] = useState(message.text);
  const [opener] = useState(() => document.activeElement);
  const text = input.trim();
  useLayoutEffect(() => {
    // The button that opened the editor may be unmounted by then. Its row is still there.
    const row = opener?.closest('li');
    return () => focus(opener?.isConnected ? opener : row);
  }, []);
  const save = () => {
    if (text === '' || codePointLength(text) > maxTextLength) return;
    room.composer.setMode({});
    if (text !== message.text) room.sendQueue.amend(message.seq, { kind: 'edit', text });
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <AutosizeTextarea
        value={input}
        label={t.editing}
        onInput={setInput}
        onEnter={save}
        onKey={(event) =>
          event.key === 'Escape' && !isComposing(event) && room.composer.setMode({})
        }
        onField={focusAtEnd}
      />
      <button type="submit" class="primary">
        {t.save}
      </button>
      <button type="button" onClick={() => room.composer.setMode({})}>
        {t.cancel}
      </button>
    </form>
  );
}

function focus(element: Element | null | undefined): void {
  if (element instanceof HTMLElement) element.focus();
}

function focusAtEnd(field: HTMLTextAreaElement | null): void {
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}
