import type { User } from '../../client/index.ts';
import { formatDay } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { TimelineItem } from '../model/timeline-items.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { RoomStore } from '../state/room-store.ts';
import { Divider } from './divider.tsx';
import { MessageRow } from './message-row.tsx';
import { OutgoingRow } from './outgoing-row.tsx';

interface TimelineItemViewProps {
  readonly chat: ChatStore;
  readonly room: RoomStore;
  readonly item: TimelineItem;
  /** The readers of each message, by seq. */
  readonly readers: ReadonlyMap<number, readonly User[]>;
  /** Whether the row is in the tab order. */
  readonly isCurrent: boolean;
  /** Whether the row shows its actions. */
  readonly isActive: boolean;
  /** The seq of the message that a click on a quote has led to. */
  readonly highlighted: number | undefined;
  readonly onDelete: (message: Message) => void;
  readonly onQuotedClick: (seq: number) => void;
}

/** Renders an item of any kind. */
export function TimelineItemView(props: TimelineItemViewProps) {
  const { chat, room, item, readers, isCurrent, isActive, highlighted, onDelete, onQuotedClick } =
    props;
  if (item.kind === 'day') return <Divider kind="day" label={formatDay(item.at, Date.now())} />;
  if (item.kind === 'new') return <Divider kind="new" label={t.newDivider} />;
  if (item.kind === 'outgoing') {
    return <OutgoingRow chat={chat} room={room} item={item} isCurrent={isCurrent} />;
  }
  const { key, message, isFirst } = item;
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
      isEditing={room.composer.editing === message.seq}
      isHighlighted={highlighted === message.seq}
      quoted={message.replyTo === undefined ? undefined : room.history.getQuoted(message.replyTo)}
      change={room.sendQueue.changes.findLast(({ target }) => target === message.seq)}
      readers={readers.get(message.seq)}
      onDelete={onDelete}
      onQuotedClick={onQuotedClick}
    />
  );
}
