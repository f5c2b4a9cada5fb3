import type { User } from '../../client/index.ts';

/** A typing user expires after this time, in milliseconds: a lost connection sends no event. */
export const typingTimeoutMs = 6_000;

/** The users who are typing in a room. */
export class TypingUsers {
  readonly #users = new Map<string, { readonly name: string; readonly until: number }>();

  /** Records that a user types, or has stopped. */
  update({ userId, name }: User, isTyping: boolean, now: number): void {
    this.#users.delete(userId);
    if (isTyping) this.#users.set(userId, { name, until: now + typingTimeoutMs });
  }

  /** Returns the names of the typing users, in the order of their last update. */
  names(now: number): string[] {
    return [...this.#users.values()].filter(({ until }) => until > now).map(({ name }) => name);
  }

  /** Removes expired users. Returns the time of the next expiry, if any. */
  expire(now: number): number | undefined {
    for (const [userId, { until }] of this.#users) if (until <= now) this.#users.delete(userId);
    const [first] = this.#users.values();
    return first?.until;
  }
}
