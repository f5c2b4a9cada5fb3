import type { User } from '../../client/index.ts';

/** Nobody tells when the connection of one who types is lost: so it fades, after so many milliseconds. */
export const typingTimeoutMs = 6_000;

/** Who types in a room. */
export class TypingUsers {
  readonly #users = new Map<string, { readonly name: string; readonly until: number }>();

  /** Notes that somebody types, or no longer. */
  update({ userId, name }: User, isTyping: boolean, now: number): void {
    this.#users.delete(userId);
    if (isTyping) this.#users.set(userId, { name, until: now + typingTimeoutMs });
  }

  /** The names of those who type, longest first. */
  names(now: number): string[] {
    return [...this.#users.values()].filter(({ until }) => until > now).map(({ name }) => name);
  }

  /** Drops those who have faded; when to look again, if ever. */
  expire(now: number): number | undefined {
    for (const [userId, { until }] of this.#users) if (until <= now) this.#users.delete(userId);
    const [first] = this.#users.values();
    return first?.until;
  }
}
