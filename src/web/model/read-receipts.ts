import type { Person } from '../../client/index.ts';
import type { Message } from './message.ts';

/** More are not told apart. */
const maxReaders = 50;

/** How far others have read, as far as they have said so since the page was opened. */
export class Readers {
  readonly #marks = new Map<string, { readonly person: Person; readonly seq: number }>();

  /** Somebody has read up to a number. */
  note(person: Person, seq: number): void {
    const before = this.#marks.get(person.userId)?.seq ?? 0;
    this.#marks.delete(person.userId);
    this.#marks.set(person.userId, { person, seq: Math.max(before, seq) });
    const [first] = this.#marks.keys();
    if (this.#marks.size > maxReaders && first !== undefined) this.#marks.delete(first);
  }

  /** Who has read just so far, by the number of the last message that they have read. */
  places(messages: readonly Message[]): ReadonlyMap<number, readonly Person[]> {
    const places = new Map<number, Person[]>();
    for (const { person, seq } of this.#marks.values()) {
      const last = messages.findLast((message) => message.seq <= seq);
      if (!last || last.from.userId === person.userId) continue;
      places.set(last.seq, [...(places.get(last.seq) ?? []), person]);
    }
    return places;
  }
}
