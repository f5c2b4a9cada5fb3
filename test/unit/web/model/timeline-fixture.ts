import type { DurableEvent } from '../../../../src/client/index.ts';
import { type Message, toMessage } from '../../../../src/web/model/message.ts';
import { Timeline } from '../../../../src/web/model/timeline.ts';

const from = { userId: 'u', name: 'Aki' };
const sentAt = '2026-11-22T09:30:00.000Z';

type MessageEvent = Extract<DurableEvent, { type: 'message' }>;

/** Creates the event of a message. */
export const messageEvent = (seq: number): MessageEvent => ({
  type: 'message',
  room: 'tea',
  seq,
  id: `i${seq}`,
  from,
  message: `text ${seq}`,
  sentAt,
});

/** Creates an event that edits a message. */
export const editedEvent = (seq: number, target: number): DurableEvent => ({
  type: 'edited',
  room: 'tea',
  seq,
  target,
  from,
  message: `edited by ${seq}`,
  sentAt,
});

/** Creates the messages from one seq to another, both included. */
export const createMessages = (first: number, last: number): Message[] =>
  Array.from({ length: last - first + 1 }, (_, index) => toMessage(messageEvent(first + index)));

/** Returns the seqs of the shown messages. */
export const shownSeqs = (timeline: Timeline) => timeline.messages.map(({ seq }) => seq);

/** Creates a timeline of a room with `count` messages. The latest 50 are loaded. */
export function createTimeline(count: number): Timeline {
  const timeline = new Timeline();
  timeline.showLatest(createMessages(Math.max(1, count - 49), count), []);
  return timeline;
}

/** Loads older messages until the first one is shown. */
export function scrollToStart(timeline: Timeline): void {
  for (let { before } = timeline; before !== undefined; before = timeline.before) {
    const page = before === 1 ? [] : createMessages(Math.max(1, before - 50), before - 1);
    timeline.addOlder(page, []);
  }
}
