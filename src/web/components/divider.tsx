import { t } from '../i18n/index.ts';
import type { Viewport } from '../state/viewport.ts';
import { IconButton } from './icon-button.tsx';

/** A divider before the messages of a day, or before the new messages. */
export function Divider({ kind, label }: { readonly kind: 'day' | 'new'; readonly label: string }) {
  return (
    <li class={kind}>
      <span>{label}</span>
    </li>
  );
}

/** The button that shows the latest messages. Its label counts the new messages. */
export function JumpToLatest({ viewport }: { readonly viewport: Viewport }) {
  if (viewport.newBelow === 0) {
    return (
      <div class="jump-to-latest">
        <IconButton icon="down" label={t.jumpToLatest} onClick={() => viewport.jumpToLatest()} />
      </div>
    );
  }
  return (
    <button
      type="button"
      class="jump-to-latest new-messages"
      onClick={() => viewport.jumpToLatest()}
    >
      {t.newMessages(viewport.newBelow)}
    </button>
  );
}
