import type { RoomState } from '../room.ts';
import { words } from '../words/index.ts';
import { IconButton } from './button.tsx';

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
export function ToNewest({ room }: { readonly room: RoomState }) {
  if (room.missed === 0) {
    return (
      <div class="to-newest">
        <IconButton shape="down" label={words.toNewest} onClick={() => room.toNewest()} />
      </div>
    );
  }
  return (
    <button type="button" class="to-newest new-messages" onClick={() => room.toNewest()}>
      {words.newMessages(room.missed)}
    </button>
  );
}
