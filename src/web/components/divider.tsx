import { t } from '../i18n/index.ts';
import type { Viewport } from '../state/viewport.ts';
import { IconButton } from './icon-button.tsx';

/** A line across: a day’s name, or where the new messages begin. */
export function Divider({ kind, label }: { readonly kind: 'day' | 'new'; readonly label: string }) {
  return (
    <li class={kind}>
      <span>{label}</span>
    </li>
  );
}

/** Leads back to the newest messages, and says how many of them are new. */
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
