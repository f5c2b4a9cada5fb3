import type { MessageHistory } from './message-history.ts';
import type { ReadState } from './read-state.ts';

/** What looking at a room is made of. */
export interface ViewportOptions {
  readonly history: MessageHistory;
  readonly readState: ReadState;
  readonly onChange: () => void;
}

/** Where in a room one looks, and what is new there. */
export class Viewport {
  /** Whether one looks at the newest, and wants to stay with them. */
  isAtBottom = true;
  /** Messages that have come while one was looking at others. */
  newBelow = 0;
  readonly #options: ViewportOptions;
  #isOpen = false;
  #isUnreadKnown = false;
  #newAfter: number | undefined;

  constructor(options: ViewportOptions) {
    this.#options = options;
  }

  /** The number behind which everything was new when one came, where what is held reaches back there. */
  get newAfter(): number | undefined {
    const { messages, before } = this.#options.history.timeline;
    const after = this.#newAfter ?? Number.POSITIVE_INFINITY;
    const isLoaded = before === undefined || (messages[0]?.seq ?? 0) <= after;
    return isLoaded ? this.#newAfter : undefined;
  }

  /** The room is shown from now on. */
  open(): void {
    this.#isOpen = true;
    this.#placeDivider();
  }

  /** It is not shown any more. */
  close(): void {
    this.#isOpen = false;
    this.onOwnMessage();
  }

  /** One has said something: nothing is new any more. */
  onOwnMessage(): void {
    this.#newAfter = undefined;
    this.jumpToLatest();
  }

  /** It is known now what is unread. */
  onUnreadKnown(): void {
    if (!this.#isUnreadKnown && this.#isOpen) this.#placeDivider();
    this.#isUnreadKnown = true;
  }

  /** Another one’s message has come. */
  onMessage(): void {
    if (!this.isAtBottom) this.newBelow += 1;
  }

  /** Notes whether one looks at the newest. */
  setAtBottom(isAtBottom: boolean): void {
    if (isAtBottom === this.isAtBottom) return;
    this.isAtBottom = isAtBottom;
    this.#options.onChange();
  }

  /** Back to the newest messages. */
  jumpToLatest(): void {
    this.isAtBottom = true;
    this.newBelow = 0;
    this.#options.history.timeline.returnToLatest();
    this.#options.onChange();
  }

  /** The newest message is before one’s eyes. */
  markSeen(): void {
    this.#options.readState.markSeen();
    if (this.newBelow === 0) return;
    this.newBelow = 0;
    this.#options.onChange();
  }

  #placeDivider(): void {
    const { unread, readSeq } = this.#options.readState;
    this.#newAfter = unread > 0 && readSeq > 0 ? readSeq : undefined;
  }
}
