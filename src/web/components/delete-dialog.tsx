import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { RoomState } from '../state/room-store.ts';
import { Dialog } from './dialog.tsx';

interface DeleteDialogProps {
  readonly room: RoomState;
  readonly message: Message;
  readonly onClose: () => void;
}

/** Asks whether a message is really to be taken back. */
export function DeleteDialog({ room, message, onClose }: DeleteDialogProps) {
  const remove = () => {
    room.sending.change(message.seq, { kind: 'delete' });
    onClose();
  };
  return (
    <Dialog class="card" label={words.deleteTitle} onClose={onClose}>
      <h2>{words.deleteTitle}</h2>
      <p class="quoted">{message.text}</p>
      <p>{words.deleteText}</p>
      <p class="buttons">
        <button type="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button type="button" class="danger" onClick={remove}>
          {words.delete}
        </button>
      </p>
    </Dialog>
  );
}
