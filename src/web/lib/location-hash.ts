import { roomFrom } from './limits.ts';

/** What stands behind the `#` of an address: a room (`#tea`), or a token too (`#token=…&room=tea`). */
export interface Brought {
  readonly room: string | undefined;
  /** Whatever is said to be one. */
  readonly token: string | undefined;
}

/** Reads what an address brings along. */
export function broughtBy(hash: string): Brought {
  const said = new URLSearchParams(hash.slice(1));
  const token = said.get('token') ?? undefined;
  return { token, room: roomFrom(token === undefined ? hash : (said.get('room') ?? '')) };
}
