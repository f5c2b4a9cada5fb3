import type { Client, User } from '../../client/index.ts';
import { TypingUsers } from '../model/typing-users.ts';

/** How often one says that one types, in milliseconds. */
const notifyIntervalMs = 3_000;

/** Who types in a room: the others, and oneself, which they are told. */
export class TypingIndicator {
  readonly #client: Client;
  readonly #room: string;
  readonly #onChange: () => void;
  readonly #typingUsers = new TypingUsers();
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #notifiedAt = 0;

  constructor(client: Client, room: string, onChange: () => void) {
    this.#client = client;
    this.#room = room;
    this.#onChange = onChange;
  }

  /** The names of the others who type. */
  get names(): string[] {
    return this.#typingUsers.names(Date.now());
  }

  /** Another one types, or no longer. */
  update(user: User, isTyping: boolean): void {
    this.#typingUsers.update(user, isTyping, Date.now());
    this.#expire();
  }

  /** Oneself types, or no longer. */
  notify(typing: boolean): void {
    if (typing ? Date.now() - this.#notifiedAt < notifyIntervalMs : this.#notifiedAt === 0) return;
    this.#notifiedAt = typing ? Date.now() : 0;
    // Later it would not be true any more.
    if (this.#client.status.state !== 'connected') return;
    this.#client.request('typing', { room: this.#room, typing }).catch(() => {});
  }

  /** What one has typed was sent: that says enough. */
  onSent(): void {
    this.#notifiedAt = 0;
  }

  /** Nobody is shown any more. */
  dispose(): void {
    clearTimeout(this.#expiryTimer);
  }

  #expire(): void {
    clearTimeout(this.#expiryTimer);
    const nextExpiry = this.#typingUsers.expire(Date.now());
    if (nextExpiry === undefined) return;
    this.#expiryTimer = setTimeout(() => {
      this.#expire();
      this.#onChange();
    }, nextExpiry - Date.now());
  }
}
