import type { User } from '../../client/index.ts';
import type { Message } from './message.ts';

/** More are not told apart. */
const maxReaders = 50;

/** How far others have read, as far as they have said so since the page was opened. */
export class ReadReceipts {
  readonly #readMarkers = new Map<string, { readonly user: User; readonly seq: number }>();

  /** Somebody has read up to a number. */
  update(user: User, seq: number): void {
    const before = this.#readMarkers.get(user.userId)?.seq ?? 0;
    this.#readMarkers.delete(user.userId);
    this.#readMarkers.set(user.userId, { user, seq: Math.max(before, seq) });
    const [first] = this.#readMarkers.keys();
    if (this.#readMarkers.size > maxReaders && first !== undefined) this.#readMarkers.delete(first);
  }

  /** Who has read just so far, by the number of the last message that they have read. */
  byMessage(messages: readonly Message[]): ReadonlyMap<number, readonly User[]> {
    const receipts = new Map<number, User[]>();
    for (const { user, seq } of this.#readMarkers.values()) {
      const last = messages.findLast((message) => message.seq <= seq);
      if (!last || last.from.userId === user.userId) continue;
      receipts.set(last.seq, [...(receipts.get(last.seq) ?? []), user]);
    }
    return receipts;
  }
}
