import type { Page } from 'playwright-core';

/** The observations while a page was scrolled. */
export interface ScrollRecord {
  /** Moves of the row in the middle from frame to frame, in pixels, that exceed the scrolling. */
  readonly jumps: readonly number[];
  /** The seqs of the messages that came into view. */
  readonly seen: readonly number[];
  /** The highest number of rows in the document. */
  readonly maxRows: number;
  /** The longest task, in milliseconds. */
  readonly longestTask: number;
}

/** Distance of a turn of the wheel, in pixels. */
const turnPx = 600;

/** Most turns until a message is in view. */
const maxTurns = 1_000;

/** The state of a recorder, as `window.recorder` in the page. */
interface Recorder {
  readonly box: Element;
  readonly jumps: number[];
  readonly seen: Set<number>;
  readonly longTasks: number[];
  readonly cleanups: (() => void)[];
  maxRows: number;
  hasArrived: boolean;
}

/** Turns the wheel until a message is in view. Returns what a recorder saw in every frame. */
export async function scrollTo(page: Page, seq: number): Promise<ScrollRecord> {
  await page.evaluate(startRecorder);
  const direction = await page.evaluate(recordFrames, { seq, turnPx });
  await page.mouse.move(500, 350);
  for (let turns = 0; !(await page.evaluate(hasArrived)); turns += 1) {
    if (turns > maxTurns) throw new Error(`Message ${seq} never came into view.`);
    await page.mouse.wheel(0, direction * turnPx);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return page.evaluate(stopRecorder);
}

// The functions below run in the page. Each is sent there as text, so it can use only its own names.

/** Starts to record the rows and the long tasks. */
function startRecorder(): void {
  const box = document.querySelector('.scroll');
  if (!box) throw new Error('The page has no scrolling box. Open a room first.');
  const recorder: Recorder = {
    box,
    jumps: [],
    seen: new Set(),
    longTasks: [],
    cleanups: [],
    maxRows: 0,
    hasArrived: false,
  };
  const viewObserver = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) recorder.seen.add(Number(target.getAttribute('data-key')?.slice(1)));
    },
    { root: box },
  );
  const observed = new WeakSet<Element>();
  const observeRows = () => {
    const rows = box.querySelectorAll('.message');
    recorder.maxRows = Math.max(recorder.maxRows, rows.length);
    for (const row of rows) {
      if (!observed.has(row)) viewObserver.observe(row);
      observed.add(row);
    }
  };
  const mutationObserver = new MutationObserver(observeRows);
  mutationObserver.observe(box, { childList: true, subtree: true });
  observeRows();
  const taskObserver = new PerformanceObserver((list) => {
    recorder.longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  taskObserver.observe({ type: 'longtask' });
  for (const observer of [taskObserver, viewObserver, mutationObserver])
    recorder.cleanups.push(() => observer.disconnect());
  Reflect.set(window, 'recorder', recorder);
}

/** Starts to record jumps. Returns the direction of the message: 1 if it is below, or -1. */
function recordFrames({ seq, turnPx }: { seq: number; turnPx: number }): number {
  const recorder: Recorder = Reflect.get(window, 'recorder');
  const { box } = recorder;
  const { left, top, height } = box.getBoundingClientRect();
  const [first] = box.querySelectorAll('li[data-key]');
  const firstSeq = Number(first?.getAttribute('data-key')?.slice(1));
  const direction = firstSeq >= seq ? -1 : 1;
  let middle: { readonly row: Element; readonly top: number } | undefined;
  const measureMove = () => {
    if (!middle) return 0;
    if (!middle.row.isConnected) return Number.POSITIVE_INFINITY;
    return middle.row.getBoundingClientRect().top - middle.top;
  };
  const onFrame = () => {
    const moved = measureMove();
    // Scrolling down moves the rows up.
    if (moved * direction > 1 || Math.abs(moved) > turnPx + 1) recorder.jumps.push(moved);
    const row = document.elementFromPoint(left + 100, top + height / 2)?.closest('li[data-key]');
    middle = row ? { row, top: row.getBoundingClientRect().top } : undefined;
    recorder.hasArrived = recorder.seen.has(seq);
    nextFrame = requestAnimationFrame(onFrame);
  };
  let nextFrame = requestAnimationFrame(onFrame);
  recorder.cleanups.push(() => cancelAnimationFrame(nextFrame));
  return direction;
}

/** Returns whether the message was in view. */
function hasArrived(): boolean {
  const recorder: Recorder = Reflect.get(window, 'recorder');
  return recorder.hasArrived;
}

/** Stops the recorder and returns its record. */
function stopRecorder(): ScrollRecord {
  const recorder: Recorder = Reflect.get(window, 'recorder');
  for (const cleanUp of recorder.cleanups) cleanUp();
  const { jumps, seen, maxRows, longTasks } = recorder;
  return { jumps, seen: [...seen], maxRows, longestTask: Math.max(0, ...longTasks) };
}
