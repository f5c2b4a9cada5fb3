import type { Client, User } from '../../client/index.ts';
import { TypingUsers } from '../model/typing-users.ts';
import { Observable } from './observable.ts';

/** Time between two typing requests, in milliseconds. */
const sendIntervalMs = 3_000;

/** The other users who are typing in a room. It also sends the user's own typing to them. */
export class TypingIndicator extends Observable {
  readonly #client: Client;
  readonly #room: string;
  readonly #typingUsers = new TypingUsers();
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #sentAt = 0;

  constructor(client: Client, room: string) {
    super();
    this.#client = client;
    this.#room = room;
  }

  /** The names of the other users who are typing. */
  get names(): string[] {
    return this.#typingUsers.names(Date.now());
  }

  /** Records that another user types, or has stopped. */
  update(user: User, isTyping: boolean): void {
    this.#typingUsers.update(user, isTyping, Date.now());
    this.#expire();
  }

  /** Sends that the user types, or has stopped. Requests within the interval are skipped. */
  setTyping(typing: boolean): void {
    if (typing ? Date.now() - this.#sentAt < sendIntervalMs : this.#sentAt === 0) return;
    this.#sentAt = typing ? Date.now() : 0;
    // A request that waits for a connection would be out of date when it is sent.
    if (this.#client.status.state !== 'connected') return;
    this.#client.request('typing', { room: this.#room, typing }).catch(() => {});
  }

  /** Records that the typed message was sent. The message itself ends the typing for other users. */
  onSent(): void {
    this.#sentAt = 0;
  }

  /** Cancels the timer that expires typing users. */
  dispose(): void {
    clearTimeout(this.#expiryTimer);
  }

  #expire(): void {
    clearTimeout(this.#expiryTimer);
    const nextExpiry = this.#typingUsers.expire(Date.now());
    if (nextExpiry === undefined) return;
    this.#expiryTimer = setTimeout(() => {
      this.#expire();
      this.notify();
    }, nextExpiry - Date.now());
  }
}
