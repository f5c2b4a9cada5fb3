import type { ComponentChildren } from 'preact';
import type { User } from '../../client/index.ts';
import { formatDateTime, formatTime } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { Avatar } from './avatar.tsx';

interface MessageLayoutProps {
  readonly id: string;
  readonly from: User;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Whether the message is the first of its group, which shows the name and the avatar. */
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  /** Whether the row is in the tab order. */
  readonly isCurrent: boolean;
  readonly isHighlighted?: boolean;
  readonly children: ComponentChildren;
}

/** The row of a message: the sender and the time, with the content beside them. */
export function MessageLayout(props: MessageLayoutProps) {
  const { id, from, sentAt, isFirst, isOwn, isCurrent, isHighlighted, children } = props;
  const classNames = [
    'message',
    isFirst && 'first',
    isOwn && 'own',
    isHighlighted && 'highlighted',
  ];
  return (
    <li class={classNames.filter(Boolean).join(' ')} data-key={id} tabIndex={isCurrent ? 0 : -1}>
      <div class="gutter">{isFirst ? <Avatar user={from} /> : <Time at={sentAt} />}</div>
      <div class="body">
        {isFirst ? (
          <p class="head">
            <bdi class="name">{from.name}</bdi> <Time at={sentAt} />
          </p>
        ) : (
          <span class="visually-hidden">{t.authorLabel(from.name)}</span>
        )}
        {children}
      </div>
    </li>
  );
}

function Time({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {formatTime(at)}
    </time>
  );
}
