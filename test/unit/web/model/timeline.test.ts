import type { Message } from '../../../../src/web/model/message.ts';
import { maxLatestKept, maxShown, Timeline } from '../../../../src/web/model/timeline.ts';
import {
  createMessages,
  createTimeline,
  editedEvent,
  messageEvent,
  scrollToStart,
  shownSeqs,
} from './timeline-fixture.ts';

describe('Timeline', () => {
  it('ignores events before it is loaded', () => {
    const timeline = new Timeline();
    timeline.applyEvent(messageEvent(1), true);
    expect([timeline.isLoaded, timeline.messages]).toEqual([false, []]);
  });

  it('shows the latest messages and new ones, each once and in order', () => {
    const timeline = createTimeline(60);
    for (const seq of [62, 61, 60, 62]) timeline.applyEvent(messageEvent(seq), true);
    expect(shownSeqs(timeline).slice(-4)).toEqual([59, 60, 61, 62]);
    expect(timeline.before).toBe(11);
    expect(timeline.isAtEnd).toBe(true);
  });

  it('has no older messages after seq 1 was loaded', () => {
    const timeline = createTimeline(60);
    timeline.addOlder(createMessages(1, 10), []);
    expect(timeline.before).toBeUndefined();
  });

  it('has no older messages after an empty page', () => {
    const timeline = new Timeline();
    timeline.showLatest(createMessages(7, 9), []);
    expect(timeline.before).toBe(7);
    timeline.addOlder([], []);
    expect(timeline.before).toBeUndefined();
    expect(shownSeqs(timeline)).toEqual([7, 8, 9]);
  });

  it('applies events that arrived while an older page was loaded', async () => {
    const timeline = createTimeline(100);
    const page = Promise.withResolvers<Message[]>();
    const pending = timeline.withRecording(() => page.promise);
    timeline.applyEvent(editedEvent(101, 40), true);
    timeline.applyEvent(editedEvent(102, 60), true);
    page.resolve(createMessages(1, 50));
    timeline.addOlder(...(await pending));
    expect(timeline.find(40)?.text).toBe('edited by 101');
    expect(timeline.find(60)?.text).toBe('edited by 102');
    timeline.applyEvent(editedEvent(103, 41), true);
    expect(timeline.find(41)?.text).toBe('edited by 103');
  });

  it('applies events that arrived while the latest page was loaded', async () => {
    const timeline = new Timeline();
    const pending = timeline.withRecording(async () => createMessages(1, 2));
    timeline.applyEvent(messageEvent(3), true);
    timeline.applyEvent(editedEvent(4, 2), true);
    timeline.showLatest(...(await pending));
    expect(shownSeqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline.find(2)?.text).toBe('edited by 4');
  });

  it('has a sent message that is loaded, or whose seq is before the loaded ones', () => {
    const timeline = new Timeline();
    expect(timeline.has('i5', 5)).toBe(false);
    timeline.showLatest(createMessages(11, 60), []);
    expect([timeline.has('i60', undefined), timeline.has('x', 10)]).toEqual([true, true]);
    expect([timeline.has('x', 61), timeline.has('x', undefined)]).toEqual([false, false]);
  });

  it('holds a limited number of messages at the bottom and in the history', () => {
    const timeline = createTimeline(50);
    for (let seq = 51; seq <= 1_000; seq += 1) timeline.applyEvent(messageEvent(seq), true);
    expect(timeline.messages).toHaveLength(maxShown);
    expect(timeline.before).toBe(1_001 - maxShown);
    scrollToStart(timeline);
    expect(shownSeqs(timeline)).toEqual(createMessages(1, maxShown).map(({ seq }) => seq));
    expect(timeline.isAtEnd).toBe(false);
    for (let seq = 1_001; seq <= 2_000; seq += 1) timeline.applyEvent(messageEvent(seq), false);
    expect(timeline.messages).toHaveLength(maxShown);
    expect(timeline.gap?.before).toBeGreaterThanOrEqual(2_001 - maxShown);
    timeline.returnToLatest();
    expect(timeline.messages.at(-1)?.seq).toBe(2_000);
    expect(timeline.messages.length).toBeGreaterThanOrEqual(maxLatestKept);
  });

  it('drops no shown message for new ones while the user looks at the history', () => {
    const timeline = createTimeline(50);
    scrollToStart(timeline);
    for (let seq = 51; seq <= 500; seq += 1) timeline.applyEvent(messageEvent(seq), false);
    expect(shownSeqs(timeline)[0]).toBe(1);
    expect(shownSeqs(timeline)).toHaveLength(maxShown);
  });

  it('loads newer pages from a range of history up to the latest messages', () => {
    const timeline = createTimeline(400);
    timeline.showHistory({ messages: createMessages(10, 59), from: 10, to: 59 }, []);
    expect(timeline.isAtEnd).toBe(false);
    expect(timeline.before).toBe(10);
    while (timeline.gap) {
      const { after, before } = timeline.gap;
      const to = Math.min(before - 1, after + 100);
      timeline.addNewer(createMessages(after + 1, to), Math.max(after, to), []);
    }
    expect(shownSeqs(timeline)).toEqual(createMessages(201, 400).map(({ seq }) => seq));
  });
});
