import { normalizeRoomName } from './limits.ts';

/** What stands behind the `#` of an address: a room (`#tea`), or a token too (`#token=…&room=tea`). */
export interface HashParams {
  readonly room: string | undefined;
  /** Whatever is said to be one. */
  readonly token: string | undefined;
}

/** Reads what an address brings along. */
export function parseHash(hash: string): HashParams {
  const params = new URLSearchParams(hash.slice(1));
  const token = params.get('token') ?? undefined;
  return {
    token,
    room: normalizeRoomName(token === undefined ? hash : (params.get('room') ?? '')),
  };
}
