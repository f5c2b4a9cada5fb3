import { Component } from 'preact';
import type { User } from '../../client/index.ts';
import { formatList } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { PendingChange } from '../model/outgoing.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { QuotedMessage } from '../state/message-history.ts';
import type { RoomStore } from '../state/room-store.ts';
import { Avatar } from './avatar.tsx';
import { Editor } from './editor.tsx';
import { MessageActions } from './message-actions.tsx';
import { MessageLayout } from './message-layout.tsx';
import { MessageText } from './message-text.tsx';
import { Quote } from './quote.tsx';
import { Reactions } from './reactions.tsx';
import { SendStatusLine } from './send-status.tsx';

/** The props of a message row. The row is rendered again only if one of them changes. */
export interface MessageRowProps {
  readonly chat: ChatStore;
  readonly room: RoomStore;
  readonly message: Message;
  readonly id: string;
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly selfId: string | undefined;
  /** Whether the row is in the tab order. */
  readonly isCurrent: boolean;
  /** Whether the row shows its actions. */
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly isHighlighted: boolean;
  readonly quoted: QuotedMessage | undefined;
  /** The last change of the message that is under way or has failed. */
  readonly change: PendingChange | undefined;
  readonly readers: readonly User[] | undefined;
  readonly onDelete: (message: Message) => void;
  readonly onQuotedClick: (seq: number) => void;
}

/** The row of a stored message. */
export class MessageRow extends Component<MessageRowProps> {
  override shouldComponentUpdate(next: MessageRowProps): boolean {
    return Object.entries(next).some(([name, value]) => value !== Reflect.get(this.props, name));
  }

  override render() {
    const { chat, room, message, isOwn, isActive, isEditing, change, readers } = this.props;
    const { text, isDeleted, isEdited, reactions } = message;
    return (
      <MessageLayout {...this.props} from={message.from} sentAt={message.sentAt}>
        {this.#renderQuote()}
        {isDeleted && <p class="text deleted">{t.deleted}</p>}
        {isEditing && <Editor room={room} message={message} />}
        {!isDeleted && !isEditing && (
          <p class="text" dir="auto">
            <MessageText text={text} />
            {isEdited && <span class="hint edited"> ({t.edited})</span>}
          </p>
        )}
        <Reactions chat={chat} reactions={reactions} onReact={this.#react} />
        {change && <SendStatusLine room={room} pending={change} reason={t.notSaved} />}
        {readers && <Readers readers={readers} />}
        {isActive && !isDeleted && !isEditing && (
          <MessageActions
            room={room}
            message={message}
            isOwn={isOwn}
            onReact={this.#react}
            onDelete={() => this.props.onDelete(message)}
          />
        )}
      </MessageLayout>
    );
  }

  #renderQuote() {
    const { message, quoted, onQuotedClick } = this.props;
    const { replyTo } = message;
    if (replyTo === undefined || quoted === undefined) return null;
    return <Quote quoted={quoted} onClick={() => onQuotedClick(replyTo)} />;
  }

  readonly #react = (emoji: string): void => {
    const { room, message, selfId } = this.props;
    const on = !message.reactions.get(emoji)?.includes(selfId ?? '');
    room.sendQueue.amend(message.seq, { kind: 'react', emoji, on });
  };
}

function Readers({ readers }: { readonly readers: readonly User[] }) {
  const label = t.readBy(formatList(readers.map(({ name }) => name)));
  return (
    <p class="readers" title={label}>
      <span class="visually-hidden">{label}</span>
      {readers.slice(0, 3).map((user) => (
        <Avatar key={user.userId} user={user} isSmall />
      ))}
    </p>
  );
}
