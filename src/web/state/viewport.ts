import type { MessageHistory } from './message-history.ts';
import { Observable } from './observable.ts';
import type { ReadState } from './read-state.ts';

/** The user's position in a room, and the new messages there. */
export class Viewport extends Observable {
  /** Whether the user follows the latest messages. */
  isAtBottom = true;
  /** The number of messages that arrived while the user looked at older ones. */
  newBelow = 0;
  readonly #history: MessageHistory;
  readonly #readState: ReadState;
  #isOpen = false;
  #isUnreadKnown = false;
  #newAfter: number | undefined;

  constructor(history: MessageHistory, readState: ReadState) {
    super();
    this.#history = history;
    this.#readState = readState;
  }

  /**
   * The user's read marker when the room was opened. The divider before new messages shows it.
   * It is `undefined` if the loaded messages do not reach back to it.
   */
  get newAfter(): number | undefined {
    const { messages, before } = this.#history.timeline;
    const after = this.#newAfter ?? Number.POSITIVE_INFINITY;
    const isLoaded = before === undefined || (messages[0]?.seq ?? 0) <= after;
    return isLoaded ? this.#newAfter : undefined;
  }

  /** Records that the page shows the room. */
  open(): void {
    this.#isOpen = true;
    this.#placeDivider();
  }

  /** Records that the page shows another room. */
  close(): void {
    this.#isOpen = false;
    this.onOwnMessage();
  }

  /** Removes the divider and jumps to the latest messages, since the user sent one. */
  onOwnMessage(): void {
    this.#newAfter = undefined;
    this.jumpToLatest();
  }

  /** Places the divider once the unread count is known. */
  onUnreadKnown(): void {
    if (!this.#isUnreadKnown && this.#isOpen) this.#placeDivider();
    this.#isUnreadKnown = true;
  }

  /** Records a message of another user. */
  onMessage(): void {
    if (!this.isAtBottom) this.newBelow += 1;
  }

  /** Records whether the user looks at the latest messages. */
  setAtBottom(isAtBottom: boolean): void {
    if (isAtBottom === this.isAtBottom) return;
    this.isAtBottom = isAtBottom;
    this.notify();
  }

  /** Shows the latest messages. */
  jumpToLatest(): void {
    this.isAtBottom = true;
    this.newBelow = 0;
    this.#history.timeline.returnToLatest();
    this.notify();
  }

  /** Records that the user sees the latest message. */
  markSeen(): void {
    this.#readState.markSeen();
    if (this.newBelow === 0) return;
    this.newBelow = 0;
    this.notify();
  }

  #placeDivider(): void {
    const { unread, readSeq } = this.#readState;
    this.#newAfter = unread > 0 && readSeq > 0 ? readSeq : undefined;
  }
}
