import { t } from '../i18n/index.ts';
import type { QuotedMessage } from '../state/message-history.ts';

interface QuoteProps {
  readonly quoted: QuotedMessage;
  readonly onClick: () => void;
}

/** The message that a reply answers. A click shows it in the timeline. */
export function Quote({ quoted, onClick }: QuoteProps) {
  if (typeof quoted === 'string') {
    return <p class="quote">{quoted === 'none' ? t.messageNotFound : '…'}</p>;
  }
  return (
    <button type="button" class="quote" title={t.showQuoted} onClick={onClick}>
      <span class="visually-hidden">{t.inReplyTo(quoted.from.name)}</span>
      <bdi class="quote-name" aria-hidden="true">
        {quoted.from.name}
      </bdi>
      <span class="quoted">{quoted.isDeleted ? t.deleted : quoted.text}</span>
    </button>
  );
}
