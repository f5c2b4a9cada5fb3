/** How near to the bottom one is there, and how near to an end more is loaded, in pixels. */
const bottomThresholdPx = 48;
const loadThresholdPx = 800;

/** A line, and how far below the upper edge of the box it ends. */
interface Anchor {
  readonly key: string;
  readonly bottom: number;
}

/** Keeps what one looks at in its place in a box that scrolls, whatever comes and goes above and below. */
export class ScrollAnchor {
  readonly box: HTMLElement;
  readonly #list: HTMLElement;
  #anchor: Anchor | undefined;
  wasAtEnd = true;

  constructor(box: HTMLElement, list: HTMLElement) {
    this.box = box;
    this.#list = list;
  }

  /** Whether the end is in sight. */
  get isAtBottom(): boolean {
    return this.#distanceToBottom < bottomThresholdPx;
  }

  /** Whether one will soon come to the beginning, or to the end, of what there is. */
  get isNearTop(): boolean {
    return this.box.scrollTop < loadThresholdPx;
  }

  get isNearBottom(): boolean {
    return this.#distanceToBottom < loadThresholdPx;
  }

  /** Notes what one looks at: the first message that begins in sight, and whether one is at the very end. */
  capture(): void {
    this.wasAtEnd = this.#distanceToBottom <= 1;
    const { scrollTop } = this.box;
    const rows = this.#list.querySelectorAll<HTMLElement>('li[data-key]');
    for (const row of rows) {
      if (row.offsetTop < scrollTop) continue;
      // Its end: what is before it may change how it begins, with a name or without.
      this.#anchor = { key: row.dataset['key'] ?? '', bottom: getBottom(row) - scrollTop };
      return;
    }
    this.#anchor = undefined;
  }

  /** Puts what was noted back in its place. */
  restore(): void {
    const row = this.#anchor && this.findRow(this.#anchor.key);
    if (!row || !this.#anchor) return;
    const offset = getBottom(row) - this.box.scrollTop - this.#anchor.bottom;
    if (offset !== 0) this.box.scrollTop += offset;
  }

  /** Goes to the end. */
  scrollToBottom(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** The line of that key. */
  findRow(key: string): HTMLElement | null {
    return this.#list.querySelector<HTMLElement>(`li[data-key="${CSS.escape(key)}"]`);
  }

  get #distanceToBottom(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight;
  }
}

const getBottom = (row: HTMLElement): number => row.offsetTop + row.offsetHeight;
