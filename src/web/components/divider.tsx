import { words } from '../i18n/index.ts';
import type { Looking } from '../state/viewport.ts';
import { IconButton } from './icon-button.tsx';

/** A line across: a day’s name, or where the new messages begin. */
export function Division({
  kind,
  label,
}: {
  readonly kind: 'day' | 'new';
  readonly label: string;
}) {
  return (
    <li class={kind}>
      <span>{label}</span>
    </li>
  );
}

/** Leads back to the newest messages, and says how many of them are new. */
export function ToNewest({ looking }: { readonly looking: Looking }) {
  if (looking.missed === 0) {
    return (
      <div class="to-newest">
        <IconButton shape="down" label={words.toNewest} onClick={() => looking.toNewest()} />
      </div>
    );
  }
  return (
    <button type="button" class="to-newest new-messages" onClick={() => looking.toNewest()}>
      {words.newMessages(looking.missed)}
    </button>
  );
}
