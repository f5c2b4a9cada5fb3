/** How near to the bottom one is there, and how near to an end more is loaded, in pixels. */
const nearBottom = 48;
const nearEnd = 800;

/** A line, and how far below the upper edge of the box it ends. */
interface Anchor {
  readonly key: string;
  readonly end: number;
}

/** Keeps what one looks at in its place in a box that scrolls, whatever comes and goes above and below. */
export class Scroll {
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
    return this.#below < nearBottom;
  }

  /** Whether one will soon come to the beginning, or to the end, of what there is. */
  get isNearTop(): boolean {
    return this.box.scrollTop < nearEnd;
  }

  get isNearBottom(): boolean {
    return this.#below < nearEnd;
  }

  /** Notes what one looks at: the first message that begins in sight, and whether one is at the very end. */
  note(): void {
    this.wasAtEnd = this.#below <= 1;
    const { scrollTop } = this.box;
    const lines = this.#list.querySelectorAll<HTMLElement>('li[data-key]');
    for (const line of lines) {
      if (line.offsetTop < scrollTop) continue;
      // Its end: what is before it may change how it begins, with a name or without.
      this.#anchor = { key: line.dataset['key'] ?? '', end: endOf(line) - scrollTop };
      return;
    }
    this.#anchor = undefined;
  }

  /** Puts what was noted back in its place. */
  restore(): void {
    const line = this.#anchor && this.line(this.#anchor.key);
    if (!line || !this.#anchor) return;
    const moved = endOf(line) - this.box.scrollTop - this.#anchor.end;
    if (moved !== 0) this.box.scrollTop += moved;
  }

  /** Goes to the end. */
  toBottom(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** The line of that key. */
  line(key: string): HTMLElement | null {
    return this.#list.querySelector<HTMLElement>(`li[data-key="${CSS.escape(key)}"]`);
  }

  get #below(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight;
  }
}

const endOf = (line: HTMLElement): number => line.offsetTop + line.offsetHeight;
