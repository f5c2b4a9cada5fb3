import type { Client, Person } from '../../client/index.ts';
import { insist } from '../lib/retry.ts';

/** Who is in a room, as far as it was told: a page of a hundred at a time, and who comes and goes. */
export class People {
  readonly #client: Client;
  readonly #room: string;
  readonly #onChange: () => void;
  readonly #here = new Map<string, Person>();
  #cursor: string | undefined;

  constructor(client: Client, room: string, onChange: () => void) {
    this.#client = client;
    this.#room = room;
    this.#onChange = onChange;
  }

  /** Those who are here, by their names. */
  get list(): Person[] {
    return [...this.#here.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Whether there are more than were asked for. */
  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Somebody is here. */
  add(person: Person): void {
    this.#here.set(person.userId, person);
  }

  /** Somebody has gone. */
  remove({ userId }: Person): void {
    this.#here.delete(userId);
  }

  /** Asks anew who is here. */
  refresh(): Promise<void> {
    return this.#load(undefined);
  }

  /** Asks for the next page of them. */
  more(): Promise<void> {
    return this.#load(this.#cursor);
  }

  async #load(cursor: string | undefined): Promise<void> {
    try {
      const page = await insist(() =>
        this.#client.request('members', { room: this.#room, cursor }),
      );
      if (cursor === undefined) this.#here.clear();
      for (const person of page.members) this.add(person);
      this.#cursor = page.cursor;
      this.#onChange();
    } catch {
      // The next connection asks again.
    }
  }
}
