import { Component, type ComponentChildren } from 'preact';
import type { User } from '../../client/index.ts';
import { formatDateTime, formatList, formatTime } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { PendingChange } from '../model/outgoing.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { QuotedMessage } from '../state/message-history.ts';
import type { RoomStore } from '../state/room-store.ts';
import { Avatar } from './avatar.tsx';
import { Editor } from './editor.tsx';
import { MessageActions } from './message-actions.tsx';
import { MessageText } from './message-text.tsx';
import { Reactions } from './reactions.tsx';
import { SendStatusLine } from './send-status.tsx';

/** What a message’s line is given. Two that are given the same look the same. */
export interface MessageRowProps {
  readonly chat: ChatStore;
  readonly room: RoomStore;
  readonly message: Message;
  readonly id: string;
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly selfId: string | undefined;
  /** Whether Tab leads to it. */
  readonly isCurrent: boolean;
  /** Whether what one can do with it is shown. */
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly isHighlighted: boolean;
  readonly quoted: QuotedMessage | undefined;
  /** The change of it that is under way, or has failed. */
  readonly change: PendingChange | undefined;
  readonly readers: readonly User[] | undefined;
  readonly onDelete: (message: Message) => void;
  readonly onQuotedClick: (seq: number) => void;
}

/** A message’s line. */
export class MessageRow extends Component<MessageRowProps> {
  override shouldComponentUpdate(next: MessageRowProps): boolean {
    const names = Object.keys(next) as (keyof MessageRowProps)[];
    return names.some((name) => next[name] !== this.props[name]);
  }

  override render() {
    const { chat, room, message, isOwn, selfId, isActive, isEditing, change, readers } = this.props;
    const { seq, text, isDeleted, isEdited, reactions } = message;
    const react = (emoji: string) => {
      const on = !reactions.get(emoji)?.includes(selfId ?? '');
      room.sendQueue.amend(seq, { kind: 'react', emoji, on });
    };
    return (
      <MessageLayout {...this.props} from={message.from} sentAt={message.sentAt}>
        {this.#renderQuoted()}
        {isDeleted && <p class="text deleted">{t.deleted}</p>}
        {isEditing && <Editor room={room} message={message} />}
        {!isDeleted && !isEditing && (
          <p class="text" dir="auto">
            <MessageText text={text} />
            {isEdited && <span class="hint edited"> ({t.edited})</span>}
          </p>
        )}
        <Reactions chat={chat} reactions={reactions} onReact={react} />
        {change && <SendStatusLine room={room} pending={change} reason={t.notSaved} />}
        {readers && <ReadBy readers={readers} />}
        {isActive && !isDeleted && !isEditing && (
          <MessageActions
            room={room}
            message={message}
            isOwn={isOwn}
            onReact={react}
            onDelete={() => this.props.onDelete(message)}
          />
        )}
      </MessageLayout>
    );
  }

  #renderQuoted() {
    const { message, quoted, onQuotedClick } = this.props;
    const { replyTo } = message;
    if (replyTo === undefined || quoted === undefined) return null;
    if (typeof quoted === 'string') {
      return <p class="quote">{quoted === 'none' ? t.messageNotFound : '…'}</p>;
    }
    return (
      <button
        type="button"
        class="quote"
        title={t.showQuoted}
        onClick={() => onQuotedClick(replyTo)}
      >
        <span class="visually-hidden">{t.inReplyTo(quoted.from.name)}</span>
        <bdi class="quote-name" aria-hidden="true">
          {quoted.from.name}
        </bdi>
        <span class="quoted">{quoted.isDeleted ? t.deleted : quoted.text}</span>
      </button>
    );
  }
}

/** What any line that somebody says is given. */
interface MessageLayoutProps {
  readonly id: string;
  readonly from: User;
  readonly sentAt: number;
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly isCurrent: boolean;
  readonly isHighlighted?: boolean;
  readonly children: ComponentChildren;
}

/** Who says something, and when, beside what they say. */
export function MessageLayout(props: MessageLayoutProps) {
  const { id, from, sentAt, isFirst, isOwn, isCurrent, isHighlighted, children } = props;
  const classNames = [
    'message',
    isFirst && 'first',
    isOwn && 'own',
    isHighlighted && 'highlighted',
  ];
  const iso = new Date(sentAt).toISOString();
  return (
    <li class={classNames.filter(Boolean).join(' ')} data-key={id} tabIndex={isCurrent ? 0 : -1}>
      <div class="gutter">
        {isFirst ? (
          <Avatar user={from} />
        ) : (
          <time dateTime={iso} title={formatDateTime(sentAt)}>
            {formatTime(sentAt)}
          </time>
        )}
      </div>
      <div class="body">
        {isFirst ? (
          <p class="head">
            <bdi class="name">{from.name}</bdi>{' '}
            <time dateTime={iso} title={formatDateTime(sentAt)}>
              {formatTime(sentAt)}
            </time>
          </p>
        ) : (
          <span class="visually-hidden">{t.authorLabel(from.name)}</span>
        )}
        {children}
      </div>
    </li>
  );
}

function ReadBy({ readers }: { readonly readers: readonly User[] }) {
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
