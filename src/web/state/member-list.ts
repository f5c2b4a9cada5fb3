import type { Client, User } from '../../client/index.ts';
import { retry } from '../lib/retry.ts';

/** Who is in a room, as far as it was told: a page of a hundred at a time, and who comes and goes. */
export class MemberList {
  readonly #client: Client;
  readonly #room: string;
  readonly #onChange: () => void;
  readonly #members = new Map<string, User>();
  #cursor: string | undefined;

  constructor(client: Client, room: string, onChange: () => void) {
    this.#client = client;
    this.#room = room;
    this.#onChange = onChange;
  }

  /** Those who are here, by their names. */
  get members(): User[] {
    return [...this.#members.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Whether there are more than were asked for. */
  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Somebody is here. */
  add(user: User): void {
    this.#members.set(user.userId, user);
  }

  /** Somebody has gone. */
  remove({ userId }: User): void {
    this.#members.delete(userId);
  }

  /** Asks anew who is here. */
  refresh(): Promise<void> {
    return this.#load(undefined);
  }

  /** Asks for the next page of them. */
  loadMore(): Promise<void> {
    return this.#load(this.#cursor);
  }

  async #load(cursor: string | undefined): Promise<void> {
    try {
      const page = await retry(() => this.#client.request('members', { room: this.#room, cursor }));
      if (cursor === undefined) this.#members.clear();
      for (const user of page.members) this.add(user);
      this.#cursor = page.cursor;
      this.#onChange();
    } catch {
      // The next connection asks again.
    }
  }
}
