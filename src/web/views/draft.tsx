import type { Chat } from '../chat.ts';
import type { Row } from '../model/rows.ts';
import type { RoomState } from '../room.ts';
import { words } from '../words/index.ts';
import { Failure } from './failure.tsx';
import { Said } from './row.tsx';

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
