import type { History } from './message-history.ts';
import type { Reading } from './read-state.ts';

/** What looking at a room is made of. */
export interface LookingOptions {
  readonly history: History;
  readonly reading: Reading;
  readonly onChange: () => void;
}

/** Where in a room one looks, and what is new there. */
export class Looking {
  /** Whether one looks at the newest, and wants to stay with them. */
  isFollowing = true;
  /** Messages that have come while one was looking at others. */
  missed = 0;
  readonly #options: LookingOptions;
  #isOpen = false;
  #isCounted = false;
  #newAfter: number | undefined;

  constructor(options: LookingOptions) {
    this.#options = options;
  }

  /** The number behind which everything was new when one came, where what is held reaches back there. */
  get newAfter(): number | undefined {
    const { messages, before } = this.#options.history.timeline;
    const after = this.#newAfter ?? Number.POSITIVE_INFINITY;
    const isHeld = before === undefined || (messages[0]?.seq ?? 0) <= after;
    return isHeld ? this.#newAfter : undefined;
  }

  /** The room is shown from now on. */
  open(): void {
    this.#isOpen = true;
    this.#markNew();
  }

  /** It is not shown any more. */
  close(): void {
    this.#isOpen = false;
    this.said();
  }

  /** One has said something: nothing is new any more. */
  said(): void {
    this.#newAfter = undefined;
    this.toNewest();
  }

  /** It is known now what is unread. */
  counted(): void {
    if (!this.#isCounted && this.#isOpen) this.#markNew();
    this.#isCounted = true;
  }

  /** Another one’s message has come. */
  came(): void {
    if (!this.isFollowing) this.missed += 1;
  }

  /** Notes whether one looks at the newest. */
  follow(isFollowing: boolean): void {
    if (isFollowing === this.isFollowing) return;
    this.isFollowing = isFollowing;
    this.#options.onChange();
  }

  /** Back to the newest messages. */
  toNewest(): void {
    this.isFollowing = true;
    this.missed = 0;
    this.#options.history.timeline.showEnd();
    this.#options.onChange();
  }

  /** The newest message is before one’s eyes. */
  seen(): void {
    this.#options.reading.seen();
    if (this.missed === 0) return;
    this.missed = 0;
    this.#options.onChange();
  }

  #markNew(): void {
    const { unread, mark } = this.#options.reading;
    this.#newAfter = unread > 0 && mark > 0 ? mark : undefined;
  }
}
