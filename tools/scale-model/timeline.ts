/** What is to happen, and when. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A clock that jumps from one event to the next; those of the same instant run in the order given. */
export class Timeline {
  /** Milliseconds since the beginning. */
  now = 0;
  /** A binary heap, the next event on top. */
  readonly #heap: Entry[] = [];
  #order = 0;

  /** Lets something happen at a time, at once where that is past. */
  at(time: number, run: () => void): void {
    const entry = { at: Math.max(time, this.now), order: this.#order++, run };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (!above || !before(entry, above)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  /** Runs until nothing is left to happen. */
  run(): void {
    for (let next = this.#pop(); next; next = this.#pop()) {
      this.now = next.at;
      next.run();
    }
  }

  #pop(): Entry | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (!top || !last || top === last) return top;
    let index = 0;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || !before(child, last)) break;
      this.#heap[index] = child;
      index = 2 * index + (child === right ? 2 : 1);
    }
    this.#heap[index] = last;
    return top;
  }
}
