import type { Client, User } from '../../client/index.ts';
import { retry } from '../lib/retry.ts';
import { Observable } from './observable.ts';

/** The known members of a room: the loaded pages, updated by `joined` and `left` events. */
export class MemberList extends Observable {
  readonly #client: Client;
  readonly #room: string;
  readonly #members = new Map<string, User>();
  #cursor: string | undefined;

  constructor(client: Client, room: string) {
    super();
    this.#client = client;
    this.#room = room;
  }

  /** The known members, ordered by name. */
  get members(): User[] {
    return [...this.#members.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Whether the server has another page. */
  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Adds a member. */
  add(user: User): void {
    this.#members.set(user.userId, user);
  }

  /** Removes a member. */
  remove({ userId }: User): void {
    this.#members.delete(userId);
  }

  /** Loads the first page and forgets the others. */
  refresh(): Promise<void> {
    return this.#load(undefined);
  }

  /** Loads the next page. */
  loadMore(): Promise<void> {
    return this.#load(this.#cursor);
  }

  async #load(cursor: string | undefined): Promise<void> {
    try {
      const page = await retry(() => this.#client.request('members', { room: this.#room, cursor }));
      if (cursor === undefined) this.#members.clear();
      for (const user of page.members) this.add(user);
      this.#cursor = page.cursor;
      this.notify();
    } catch {
      // The next connection refreshes the list.
    }
  }
}
