import type { Page } from 'playwright-core';

/** What was seen while somebody scrolled. */
export interface ScrollRecord {
  /** By how much, in pixels, what stood in the middle moved from one frame to the next, where it is more than one scrolled. */
  readonly jumps: readonly number[];
  /** The numbers of the messages that came into sight. */
  readonly seen: readonly number[];
  /** The most lines that were in the document. */
  readonly mostLines: number;
  /** The longest task, in milliseconds. */
  readonly longestTask: number;
}

/** How far one turn of the wheel goes, in pixels. */
const turn = 600;

/** Nothing here is so far that it takes more of them. */
const maxTurns = 1_000;

/** Runs in the page. */
const isThere = () => Reflect.get(window, 'recorder').isThere;

/**
 * Turns the wheel until a message is in sight, or the end is reached, and tells what was seen. It
 * looks at every frame, as eyes would.
 */
export async function scrollTo(page: Page, seq: number): Promise<ScrollRecord> {
  const direction = await page.evaluate(startRecorder, { seq, turn });
  await page.mouse.move(500, 350);
  for (let turns = 0; !(await page.evaluate(isThere)); turns += 1) {
    if (turns > maxTurns) throw new Error(`Message ${seq} never came into sight.`);
    await page.mouse.wheel(0, direction * turn);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return page.evaluate(() => Reflect.get(window, 'recorder').end());
}

/** Runs in the page: begins to record, and tells in which direction the message is. */
function startRecorder({ seq, turn }: { seq: number; turn: number }): number {
  const box = document.querySelector('.scroll');
  if (!box) throw new Error('There is nothing to scroll.');
  const getSeq = (line: Element) => Number(line.getAttribute('data-key')?.slice(1));
  const { left, top, height } = box.getBoundingClientRect();
  const [first] = [...box.querySelectorAll('li[data-key]')];
  const direction = first && getSeq(first) >= seq ? -1 : 1;
  const jumps: number[] = [];
  const seen = new Set<number>();
  const longTasks: number[] = [];
  let mostLines = 0;
  const visibilityObserver = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) seen.add(getSeq(target));
    },
    { root: box },
  );
  const observed = new WeakSet<Element>();
  const observeAll = () => {
    const lines = box.querySelectorAll('.message');
    mostLines = Math.max(mostLines, lines.length);
    for (const line of lines) {
      if (!observed.has(line)) visibilityObserver.observe(line);
      observed.add(line);
    }
  };
  const mutationObserver = new MutationObserver(observeAll);
  mutationObserver.observe(box, { childList: true, subtree: true });
  observeAll();
  let middle: { readonly line: Element; readonly at: number } | undefined;
  const longTaskObserver = new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  longTaskObserver.observe({ type: 'longtask' });
  const recorder = {
    isThere: false,
    end: () => {
      for (const activeObserver of [longTaskObserver, visibilityObserver, mutationObserver])
        activeObserver.disconnect();
      cancelAnimationFrame(nextFrame);
      const longestTask = Math.max(0, ...longTasks);
      return { jumps, seen: [...seen], mostLines, longestTask };
    },
  };
  const onFrame = () => {
    if (middle?.line.isConnected === false) jumps.push(Number.POSITIVE_INFINITY);
    const moved = middle?.line.isConnected
      ? middle.line.getBoundingClientRect().top - middle.at
      : 0;
    // Down the page is up the list.
    if (moved * direction > 1 || Math.abs(moved) > turn + 1) jumps.push(moved);
    const line = document.elementFromPoint(left + 100, top + height / 2)?.closest('li[data-key]');
    middle = line ? { line, at: line.getBoundingClientRect().top } : undefined;
    recorder.isThere = seen.has(seq);
    nextFrame = requestAnimationFrame(onFrame);
  };
  let nextFrame = requestAnimationFrame(onFrame);
  Reflect.set(window, 'recorder', recorder);
  return direction;
}
