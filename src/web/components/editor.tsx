import { useLayoutEffect, useState } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import { lengthOf, maxText } from '../lib/limits.ts';
import type { Message } from '../model/message.ts';
import type { RoomState } from '../state/room-store.ts';
import { GrowingField, isComposing } from './autosize-textarea.tsx';

/** Where one changes the text of a message. */
export function Editor({ room, message }: { readonly room: RoomState; readonly message: Message }) {
  const [written, write] = useState(message.text);
  const [opener] = useState(() => document.activeElement);
  const text = written.trim();
  useLayoutEffect(() => {
    // Where the button that led here is gone by now, its line is still there.
    const line = opener?.closest('li');
    return () => focus(opener?.isConnected ? opener : line);
  }, []);
  const save = () => {
    if (text === '' || lengthOf(text) > maxText) return;
    room.writing.choose({});
    if (text !== message.text) room.sending.change(message.seq, { kind: 'edit', text });
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <GrowingField
        value={written}
        label={words.editing}
        onInput={write}
        onEnter={save}
        onKey={(event) => event.key === 'Escape' && !isComposing(event) && room.writing.choose({})}
        onField={focusAtEnd}
      />
      <button type="submit" class="primary">
        {words.save}
      </button>
      <button type="button" onClick={() => room.writing.choose({})}>
        {words.cancel}
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
