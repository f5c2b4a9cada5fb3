import { words } from '../i18n/index.ts';
import type { Row } from '../model/timeline-items.ts';
import type { Chat } from '../state/chat-store.ts';
import type { RoomState } from '../state/room-store.ts';
import { Said } from './message-row.tsx';
import { Failure } from './send-status.tsx';

interface DraftRowProps {
  readonly chat: Chat;
  readonly room: RoomState;
  readonly row: Extract<Row, { kind: 'draft' }>;
  readonly isCurrent: boolean;
}

/** The line of a message of one’s own that has not come back yet. */
export function DraftRow({ chat, room, row, isCurrent }: DraftRowProps) {
  const { key, draft, isFirst } = row;
  const from = chat.self ?? { userId: '', name: chat.name };
  const common = { id: key, from, sentAt: draft.sentAt, isFirst, isOwn: true, isCurrent };
  return (
    <Said {...common}>
      <p class="text pending" dir="auto">
        {draft.text}
      </p>
      <Failure room={room} pending={draft} reason={words.notSent} />
    </Said>
  );
}
