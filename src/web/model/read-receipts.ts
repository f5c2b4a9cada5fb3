import type { User } from '../../client/index.ts';
import { evictOldest } from '../lib/evict-oldest.ts';
import type { Message } from './message.ts';

/** Most users whose read markers are held. */
const maxReaders = 50;

/** The read markers of other users, as received since the page was opened. */
export class ReadReceipts {
  readonly #readMarkers = new Map<string, { readonly user: User; readonly seq: number }>();

  /** Records that a user has read up to a seq. */
  update(user: User, seq: number): void {
    const before = this.#readMarkers.get(user.userId)?.seq ?? 0;
    this.#readMarkers.delete(user.userId);
    this.#readMarkers.set(user.userId, { user, seq: Math.max(before, seq) });
    evictOldest(this.#readMarkers, maxReaders);
  }

  /** Returns the readers of each message, by seq. A user appears at the last message they read. */
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
