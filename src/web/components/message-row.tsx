import { Component, type ComponentChildren } from 'preact';
import type { Person } from '../../client/index.ts';
import { dateTimeOf, listOf, timeOf } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import type { PendingChange } from '../model/outgoing.ts';
import type { Chat } from '../state/chat-store.ts';
import type { Quote } from '../state/message-history.ts';
import type { RoomState } from '../state/room-store.ts';
import { Avatar } from './avatar.tsx';
import { Editor } from './editor.tsx';
import { Actions } from './message-actions.tsx';
import { Text } from './message-text.tsx';
import { Reactions } from './reactions.tsx';
import { Failure } from './send-status.tsx';

/** What a message’s line is given. Two that are given the same look the same. */
export interface MessageRowProps {
  readonly chat: Chat;
  readonly room: RoomState;
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
  readonly isSought: boolean;
  readonly quote: Quote | undefined;
  /** The change of it that is under way, or has failed. */
  readonly change: PendingChange | undefined;
  readonly readers: readonly Person[] | undefined;
  readonly onDelete: (message: Message) => void;
  readonly onQuote: (seq: number) => void;
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
      room.sending.change(seq, { kind: 'react', emoji, on });
    };
    return (
      <Said {...this.props} from={message.from} sentAt={message.sentAt}>
        {this.#quote()}
        {isDeleted && <p class="text deleted">{words.deleted}</p>}
        {isEditing && <Editor room={room} message={message} />}
        {!isDeleted && !isEditing && (
          <p class="text" dir="auto">
            <Text text={text} />
            {isEdited && <span class="hint edited"> ({words.edited})</span>}
          </p>
        )}
        <Reactions chat={chat} reactions={reactions} onReact={react} />
        {change && <Failure room={room} pending={change} reason={words.notSaved} />}
        {readers && <ReadBy readers={readers} />}
        {isActive && !isDeleted && !isEditing && (
          <Actions
            room={room}
            message={message}
            isOwn={isOwn}
            onReact={react}
            onDelete={() => this.props.onDelete(message)}
          />
        )}
      </Said>
    );
  }

  #quote() {
    const { message, quote, onQuote } = this.props;
    const { replyTo } = message;
    if (replyTo === undefined || quote === undefined) return null;
    if (typeof quote === 'string') {
      return <p class="quote">{quote === 'none' ? words.gone : '…'}</p>;
    }
    return (
      <button type="button" class="quote" title={words.showQuoted} onClick={() => onQuote(replyTo)}>
        <span class="unseen">{words.replied(quote.from.name)}</span>
        <bdi class="quote-name" aria-hidden="true">
          {quote.from.name}
        </bdi>
        <span class="quoted">{quote.isDeleted ? words.deleted : quote.text}</span>
      </button>
    );
  }
}

/** What any line that somebody says is given. */
interface SaidProps {
  readonly id: string;
  readonly from: Person;
  readonly sentAt: number;
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly isCurrent: boolean;
  readonly isSought?: boolean;
  readonly children: ComponentChildren;
}

/** Who says something, and when, beside what they say. */
export function Said(props: SaidProps) {
  const { id, from, sentAt, isFirst, isOwn, isCurrent, isSought, children } = props;
  const kinds = ['line', isFirst && 'first', isOwn && 'own', isSought && 'sought'];
  const iso = new Date(sentAt).toISOString();
  return (
    <li class={kinds.filter(Boolean).join(' ')} data-key={id} tabIndex={isCurrent ? 0 : -1}>
      <div class="aside">
        {isFirst ? (
          <Avatar person={from} />
        ) : (
          <time dateTime={iso} title={dateTimeOf(sentAt)}>
            {timeOf(sentAt)}
          </time>
        )}
      </div>
      <div class="body">
        {isFirst ? (
          <p class="head">
            <bdi class="name">{from.name}</bdi>{' '}
            <time dateTime={iso} title={dateTimeOf(sentAt)}>
              {timeOf(sentAt)}
            </time>
          </p>
        ) : (
          <span class="unseen">{words.says(from.name)}</span>
        )}
        {children}
      </div>
    </li>
  );
}

function ReadBy({ readers }: { readonly readers: readonly Person[] }) {
  const label = words.readBy(listOf(readers.map(({ name }) => name)));
  return (
    <p class="readers" title={label}>
      <span class="unseen">{label}</span>
      {readers.slice(0, 3).map((person) => (
        <Avatar key={person.userId} person={person} isSmall />
      ))}
    </p>
  );
}
