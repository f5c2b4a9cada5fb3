import type { Person } from '../../client/index.ts';

/** Nobody tells when the connection of one who types is lost: so it fades, after so many milliseconds. */
export const fadeMs = 6_000;

/** Who types in a room. */
export class Typing {
  readonly #people = new Map<string, { readonly name: string; readonly until: number }>();

  /** Notes that somebody types, or no longer. */
  note({ userId, name }: Person, isTyping: boolean, now: number): void {
    this.#people.delete(userId);
    if (isTyping) this.#people.set(userId, { name, until: now + fadeMs });
  }

  /** The names of those who type, longest first. */
  names(now: number): string[] {
    return [...this.#people.values()].filter(({ until }) => until > now).map(({ name }) => name);
  }

  /** Drops those who have faded; when to look again, if ever. */
  fade(now: number): number | undefined {
    for (const [userId, { until }] of this.#people) if (until <= now) this.#people.delete(userId);
    const [first] = this.#people.values();
    return first?.until;
  }
}
