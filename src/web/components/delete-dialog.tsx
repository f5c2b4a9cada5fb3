import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { RoomStore } from '../state/room-store.ts';
import { Dialog } from './dialog.tsx';

interface DeleteDialogProps {
  readonly room: RoomStore;
  readonly message: Message;
  readonly onClose: () => void;
}

/** Asks the user to confirm that a message is deleted. */
export function DeleteDialog({ room, message, onClose }: DeleteDialogProps) {
  const remove = () => {
    room.sendQueue.amend(message.seq, { kind: 'delete' });
    onClose();
  };
  return (
    <Dialog class="card" label={t.deleteTitle} onClose={onClose}>
      <h2>{t.deleteTitle}</h2>
      <p class="quoted">{message.text}</p>
      <p>{t.deleteText}</p>
      <p class="buttons">
        <button type="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="danger" onClick={remove}>
          {t.delete}
        </button>
      </p>
    </Dialog>
  );
}
