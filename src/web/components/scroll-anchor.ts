import { findRow, findRows } from './item-keys.ts';

/** Distance to the bottom that still counts as the bottom, in pixels. */
const bottomThresholdPx = 48;

/** Distance to an end at which more messages are loaded, in pixels. */
const loadThresholdPx = 800;

/** A row, and the distance from the top of the box to the row's lower edge, in pixels. */
interface Anchor {
  readonly key: string;
  readonly bottom: number;
}

/** Keeps the messages in view in place while the content of a scrolling box changes around them. */
export class ScrollAnchor {
  readonly box: HTMLElement;
  readonly #list: HTMLElement;
  #anchor: Anchor | undefined;
  /** Whether the box was scrolled to the very end at the last `capture`. */
  wasAtEnd = true;

  constructor(box: HTMLElement, list: HTMLElement) {
    this.box = box;
    this.#list = list;
  }

  /** Whether the end is in view. */
  get isAtBottom(): boolean {
    return this.#distanceToBottom < bottomThresholdPx;
  }

  /** Whether the user is close enough to the top to load older messages. */
  get isNearTop(): boolean {
    return this.box.scrollTop < loadThresholdPx;
  }

  /** Whether the user is close enough to the bottom to load newer messages. */
  get isNearBottom(): boolean {
    return this.#distanceToBottom < loadThresholdPx;
  }

  /** Remembers the position of the first message that starts in view. */
  capture(): void {
    this.wasAtEnd = this.#distanceToBottom <= 1;
    const { scrollTop } = this.box;
    for (const row of findRows(this.#list)) {
      if (row.offsetTop < scrollTop) continue;
      // The lower edge: messages before the row decide whether it starts with a name.
      this.#anchor = { key: row.dataset['key'] ?? '', bottom: getBottom(row) - scrollTop };
      return;
    }
    this.#anchor = undefined;
  }

  /** Scrolls the remembered message back to its position. */
  restore(): void {
    const row = this.#anchor && this.findRow(this.#anchor.key);
    if (!row || !this.#anchor) return;
    const offset = getBottom(row) - this.box.scrollTop - this.#anchor.bottom;
    if (offset !== 0) this.box.scrollTop += offset;
  }

  /** Scrolls to the end. */
  scrollToBottom(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** Returns the row with a key. */
  findRow(key: string): HTMLElement | null {
    return findRow(this.#list, key);
  }

  get #distanceToBottom(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight;
  }
}

const getBottom = (row: HTMLElement): number => row.offsetTop + row.offsetHeight;
