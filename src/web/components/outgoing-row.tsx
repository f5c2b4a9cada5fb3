import { t } from '../i18n/index.ts';
import type { TimelineItem } from '../model/timeline-items.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { RoomStore } from '../state/room-store.ts';
import { MessageLayout } from './message-layout.tsx';
import { SendStatusLine } from './send-status.tsx';

interface OutgoingRowProps {
  readonly chat: ChatStore;
  readonly room: RoomStore;
  readonly item: Extract<TimelineItem, { kind: 'outgoing' }>;
  readonly isCurrent: boolean;
}

/** The row of a message that the log has not confirmed yet. */
export function OutgoingRow({ chat, room, item, isCurrent }: OutgoingRowProps) {
  const { key, outgoing, isFirst } = item;
  const from = chat.self ?? { userId: '', name: chat.name };
  const layoutProps = { id: key, from, sentAt: outgoing.sentAt, isFirst, isOwn: true, isCurrent };
  return (
    <MessageLayout {...layoutProps}>
      <p class="text pending" dir="auto">
        {outgoing.text}
      </p>
      <SendStatusLine room={room} pending={outgoing} reason={t.notSent} />
    </MessageLayout>
  );
}
