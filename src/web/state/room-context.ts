import type { Client, User } from '../../client/index.ts';
import type { Message } from '../model/message.ts';
import type { SavedState } from './saved-state.ts';

/** The context of a `RoomStore`. */
export interface RoomContext {
  readonly client: Client;
  readonly savedState: SavedState;
  /** The user of the page, once the server has sent the identity. */
  readonly self: User | undefined;
  /** Remembers the name of a user. */
  rememberUser(user: User): void;
  /** Announces a new message of another user. */
  announce(room: string, message: Message): void;
  /** Requests the unread counts from the server. */
  refreshUnread(): void;
}
