import { normalizeRoomName } from './limits.ts';

/** The content of a URL hash: a room (`#tea`), or a token with an optional room (`#token=…&room=tea`). */
export interface HashParams {
  readonly room: string | undefined;
  /** The unchecked value of `token`. */
  readonly token: string | undefined;
}

/** Parses the hash of a URL. */
export function parseHash(hash: string): HashParams {
  const params = new URLSearchParams(hash.slice(1));
  const token = params.get('token') ?? undefined;
  return {
    token,
    room: normalizeRoomName(token === undefined ? hash : (params.get('room') ?? '')),
  };
}
