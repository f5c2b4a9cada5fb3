import fc from 'fast-check';
import type { DurableEvent } from '../../../../src/client/index.ts';
import { type Message, toMessage } from '../../../../src/web/model/message.ts';
import { maxLatestKept, maxShown, Timeline } from '../../../../src/web/model/timeline.ts';

const from = { userId: 'u', name: 'Aki' };
const sentAt = '2026-11-22T09:30:00.000Z';

/** The message of that number, as it is said. */
const messageEvent = (seq: number): DurableEvent => ({
  ...{ type: 'message', room: 'tea', seq, id: `i${seq}`, from, message: `text ${seq}`, sentAt },
});

const editedEvent = (seq: number, target: number): DurableEvent => ({
  ...{ type: 'edited', room: 'tea', seq, target, from, message: `edited by ${seq}`, sentAt },
});

const messages = (first: number, last: number): Message[] =>
  Array.from({ length: last - first + 1 }, (_, index) => {
    const event = messageEvent(first + index);
    if (event.type !== 'message') throw new Error('no message');
    return toMessage(event);
  });

const seqs = (timeline: Timeline) => timeline.messages.map(({ seq }) => seq);

/** A timeline that has loaded the newest 50 of so many. */
function createLoaded(count: number): Timeline {
  const timeline = new Timeline();
  timeline.showLatest(messages(Math.max(1, count - 49), count), []);
  return timeline;
}

/** Scrolls back until the first is shown. */
function scrollToStart(timeline: Timeline): void {
  for (let { before } = timeline; before !== undefined; before = timeline.before) {
    timeline.addOlder(before === 1 ? [] : messages(Math.max(1, before - 50), before - 1), []);
  }
}

describe('a timeline', () => {
  it('shows nothing before it is loaded, and keeps nothing of what comes', () => {
    const timeline = new Timeline();
    timeline.applyEvent(messageEvent(1), true);
    expect([timeline.isLoaded, timeline.messages]).toEqual([false, []]);
  });

  it('shows the newest, and what comes, each once and in order', () => {
    const timeline = createLoaded(60);
    for (const seq of [62, 61, 60, 62]) timeline.applyEvent(messageEvent(seq), true);
    expect(seqs(timeline).slice(-4)).toEqual([59, 60, 61, 62]);
    expect(timeline.before).toBe(11);
    expect(timeline.isAtEnd).toBe(true);
  });

  it('knows where the beginning is', () => {
    const timeline = createLoaded(60);
    timeline.addOlder(messages(1, 10), []);
    expect(timeline.before).toBeUndefined();
    const other = new Timeline();
    other.showLatest([...messages(7, 9)], []);
    expect(other.before).toBe(7);
    other.addOlder([], []);
    expect(other.before).toBeUndefined();
    expect(seqs(other)).toEqual([7, 8, 9]);
  });

  it('takes what happened while a page was read, which may not be in it', async () => {
    const timeline = createLoaded(100);
    const page = Promise.withResolvers<Message[]>();
    const pending = timeline.withRecording(() => page.promise);
    timeline.applyEvent(editedEvent(101, 40), true);
    timeline.applyEvent(editedEvent(102, 60), true);
    page.resolve(messages(1, 50));
    timeline.addOlder(...(await pending));
    expect(timeline.find(40)?.text).toBe('edited by 101');
    expect(timeline.find(60)?.text).toBe('edited by 102');
    timeline.applyEvent(editedEvent(103, 41), true);
    expect(timeline.find(41)?.text).toBe('edited by 103');
  });

  it('takes what came while the newest were read', async () => {
    const timeline = new Timeline();
    const pending = timeline.withRecording(async () => messages(1, 2));
    timeline.applyEvent(messageEvent(3), true);
    timeline.applyEvent(editedEvent(4, 2), true);
    timeline.showLatest(...(await pending));
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline.find(2)?.text).toBe('edited by 4');
  });

  it('has what was sent, where it was loaded or lies before what was', () => {
    const timeline = new Timeline();
    expect(timeline.has('i5', 5)).toBe(false);
    timeline.showLatest(messages(11, 60), []);
    expect([timeline.has('i60', undefined), timeline.has('x', 10)]).toEqual([true, true]);
    expect([timeline.has('x', 61), timeline.has('x', undefined)]).toEqual([false, false]);
  });

  it('holds a bounded number, at the bottom and far back', () => {
    const timeline = createLoaded(50);
    for (let seq = 51; seq <= 1_000; seq += 1) timeline.applyEvent(messageEvent(seq), true);
    expect(timeline.messages).toHaveLength(maxShown);
    expect(timeline.before).toBe(1_001 - maxShown);
    scrollToStart(timeline);
    expect(seqs(timeline)).toEqual(messages(1, maxShown).map(({ seq }) => seq));
    expect(timeline.isAtEnd).toBe(false);
    for (let seq = 1_001; seq <= 2_000; seq += 1) timeline.applyEvent(messageEvent(seq), false);
    expect(timeline.messages).toHaveLength(maxShown);
    expect(timeline.gap?.before).toBeGreaterThanOrEqual(2_001 - maxShown);
    timeline.returnToLatest();
    expect(timeline.messages.at(-1)?.seq).toBe(2_000);
    expect(timeline.messages.length).toBeGreaterThanOrEqual(maxLatestKept);
  });

  it('drops nothing that is shown for what comes while one looks at it', () => {
    const timeline = createLoaded(50);
    scrollToStart(timeline);
    for (let seq = 51; seq <= 500; seq += 1) timeline.applyEvent(messageEvent(seq), false);
    expect(seqs(timeline)[0]).toBe(1);
    expect(seqs(timeline)).toHaveLength(maxShown);
  });

  it('shows a message far back, and from there comes forward to the newest', () => {
    const timeline = createLoaded(400);
    timeline.showHistory({ messages: messages(10, 59), from: 10, to: 59 }, []);
    expect(timeline.isAtEnd).toBe(false);
    expect(timeline.before).toBe(10);
    while (timeline.gap) {
      const { after, before } = timeline.gap;
      const to = Math.min(before - 1, after + 100);
      timeline.addNewer(messages(after + 1, to), Math.max(after, to), []);
    }
    expect(seqs(timeline)).toEqual(messages(201, 400).map(({ seq }) => seq));
  });

  it('shows without a gap what the log holds, whatever one does and whatever comes meanwhile', () => {
    const step = fc.constantFrom('older', 'newer', 'say', 'edit', 'jump', 'end', 'follow');
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(1_000)), { maxLength: 120 }), (steps) => {
        const log: DurableEvent[] = Array.from({ length: 300 }, (_, index) =>
          messageEvent(index + 1),
        );
        /** The messages as they stand, between two numbers. */
        const messagesBetween = (first: number, last: number) => {
          const found = new Map<number, Message>();
          for (const event of log) {
            if (event.type === 'message') found.set(event.seq, toMessage(event));
            else if (event.type === 'edited') {
              const message = found.get(event.target);
              if (message) found.set(event.target, { ...message, text: event.message });
            }
          }
          return [...found.values()].filter(({ seq }) => seq >= first && seq <= last);
        };
        const timeline = new Timeline();
        timeline.showLatest(messagesBetween(1, 300).slice(-50), []);
        for (const [kind, n] of steps) {
          const { before, gap } = timeline;
          const next = log.length + 1;
          const target = messagesBetween(1, next)[n % 300]?.seq ?? 1;
          if (kind === 'older' && before)
            timeline.addOlder(messagesBetween(1, before - 1).slice(-50), []);
          if (kind === 'newer' && gap) {
            const to = Math.max(gap.after, Math.min(gap.before - 1, gap.after + 100));
            timeline.addNewer(messagesBetween(gap.after + 1, to), to, []);
          }
          if (kind === 'say')
            for (let i = 0; i <= n % 90; i += 1) {
              const event = messageEvent(log.length + 1);
              log.push(event);
              timeline.applyEvent(event, timeline.isAtEnd && n % 2 === 0);
            }
          if (kind === 'edit') {
            const event = editedEvent(next, target);
            log.push(event);
            timeline.applyEvent(event, true);
          }
          if (kind === 'jump') {
            const page = messagesBetween(1, target + 25).slice(-50);
            timeline.showHistory({ messages: page, from: page[0]?.seq ?? 0, to: target + 25 }, []);
          }
          if (kind === 'end') timeline.returnToLatest();

          const shown = timeline.messages;
          const first = shown[0]?.seq ?? 0;
          const last = timeline.isAtEnd ? Number.POSITIVE_INFINITY : (shown.at(-1)?.seq ?? 0);
          expect(shown.map(({ seq, text }) => [seq, text])).toEqual(
            messagesBetween(first, last).map(({ seq, text }) => [seq, text]),
          );
          expect(shown.length).toBeLessThanOrEqual(maxShown);
        }
      }),
      { numRuns: 150 },
    );
  });
});
