import type { Person } from '../../client/index.ts';
import { dayOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { Row } from '../model/timeline-items.ts';
import type { Chat } from '../state/chat-store.ts';
import type { RoomState } from '../state/room-store.ts';
import { Division } from './divider.tsx';
import { MessageRow } from './message-row.tsx';
import { DraftRow } from './outgoing-row.tsx';

/** What any line of a room is given. */
interface LineProps {
  readonly chat: Chat;
  readonly room: RoomState;
  readonly row: Row;
  /** Who has read just so far, by the numbers of the messages. */
  readonly readers: ReadonlyMap<number, readonly Person[]>;
  /** Whether Tab leads to it. */
  readonly isCurrent: boolean;
  /** Whether what one can do with it is shown. */
  readonly isActive: boolean;
  /** The number of the message that was looked for. */
  readonly sought: number | undefined;
  readonly onDelete: (message: Message) => void;
  readonly onQuote: (seq: number) => void;
}

/** A line of whatever kind. */
export function Line(props: LineProps) {
  const { chat, room, row, readers, isCurrent, isActive, sought, onDelete, onQuote } = props;
  if (row.kind === 'day') return <Division kind="day" label={dayOf(row.at, Date.now())} />;
  if (row.kind === 'new') return <Division kind="new" label={words.newLine} />;
  if (row.kind === 'draft') {
    return <DraftRow chat={chat} room={room} row={row} isCurrent={isCurrent} />;
  }
  const { key, message, isFirst } = row;
  return (
    <MessageRow
      id={key}
      chat={chat}
      room={room}
      message={message}
      isFirst={isFirst}
      isOwn={message.from.userId === chat.self?.userId}
      selfId={chat.self?.userId}
      isCurrent={isCurrent}
      isActive={isActive}
      isEditing={room.writing.editing === message.seq}
      isSought={sought === message.seq}
      quote={message.replyTo === undefined ? undefined : room.history.quote(message.replyTo)}
      change={room.sending.changes.findLast(({ target }) => target === message.seq)}
      readers={readers.get(message.seq)}
      onDelete={onDelete}
      onQuote={onQuote}
    />
  );
}
