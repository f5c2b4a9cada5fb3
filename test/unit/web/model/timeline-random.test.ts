import fc from 'fast-check';
import type { DurableEvent } from '../../../../src/client/index.ts';
import { type Message, toMessage } from '../../../../src/web/model/message.ts';
import { maxShown, Timeline } from '../../../../src/web/model/timeline.ts';
import { editedEvent, messageEvent } from './timeline-fixture.ts';

/** The log of a room, and a timeline that receives its events and loads pages of it. */
class RoomModel {
  readonly timeline = new Timeline();
  readonly #log: DurableEvent[] = [];

  constructor(messageCount: number) {
    for (let seq = 1; seq <= messageCount; seq += 1) this.#log.push(messageEvent(seq));
    this.timeline.showLatest(this.#messagesBetween(1, messageCount).slice(-50), []);
  }

  /** Loads the page before the shown messages. */
  loadOlder(): void {
    const { before } = this.timeline;
    if (before) this.timeline.addOlder(this.#messagesBetween(1, before - 1).slice(-50), []);
  }

  /** Loads the page after the shown messages. */
  loadNewer(): void {
    const { gap } = this.timeline;
    if (!gap) return;
    const to = Math.max(gap.after, Math.min(gap.before - 1, gap.after + 100));
    this.timeline.addNewer(this.#messagesBetween(gap.after + 1, to), to, []);
  }

  /** Adds messages to the log. */
  send(count: number, isFollowing: boolean): void {
    for (let index = 0; index < count; index += 1) {
      this.#append(messageEvent(this.#log.length + 1), this.timeline.isAtEnd && isFollowing);
    }
  }

  /** Edits a message. */
  edit(index: number): void {
    this.#append(editedEvent(this.#log.length + 1, this.#seqAt(index)), true);
  }

  /** Shows the messages around a message. */
  jumpTo(index: number): void {
    const to = this.#seqAt(index) + 25;
    const messages = this.#messagesBetween(1, to).slice(-50);
    this.timeline.showHistory({ messages, from: messages[0]?.seq ?? 0, to }, []);
  }

  /** Expects that the timeline shows the messages of the log without a gap. */
  expectConsistent(): void {
    const shown = this.timeline.messages;
    const first = shown[0]?.seq ?? 0;
    const last = this.timeline.isAtEnd ? Number.POSITIVE_INFINITY : (shown.at(-1)?.seq ?? 0);
    expect(shown.map(({ seq, text }) => [seq, text])).toEqual(
      this.#messagesBetween(first, last).map(({ seq, text }) => [seq, text]),
    );
    expect(shown.length).toBeLessThanOrEqual(maxShown);
  }

  #append(event: DurableEvent, isAtBottom: boolean): void {
    this.#log.push(event);
    this.timeline.applyEvent(event, isAtBottom);
  }

  /** Returns the seq of one of the first 300 messages. */
  #seqAt(index: number): number {
    return this.#messagesBetween(1, this.#log.length + 1)[index % 300]?.seq ?? 1;
  }

  /** Returns the current messages from one seq to another, both included. */
  #messagesBetween(first: number, last: number): Message[] {
    const found = new Map<number, Message>();
    for (const event of this.#log) {
      if (event.type === 'message') found.set(event.seq, toMessage(event));
      if (event.type !== 'edited') continue;
      const message = found.get(event.target);
      if (message) found.set(event.target, { ...message, text: event.message });
    }
    return [...found.values()].filter(({ seq }) => seq >= first && seq <= last);
  }
}

const steps = {
  older: (room: RoomModel) => room.loadOlder(),
  newer: (room: RoomModel) => room.loadNewer(),
  send: (room: RoomModel, n: number) => room.send((n % 90) + 1, n % 2 === 0),
  edit: (room: RoomModel, n: number) => room.edit(n),
  jump: (room: RoomModel, n: number) => room.jumpTo(n),
  end: (room: RoomModel) => room.timeline.returnToLatest(),
  idle: () => {},
};

describe('Timeline under random steps', () => {
  it('shows the messages of the log without a gap', () => {
    const step = fc.tuple(fc.constantFrom(...Object.values(steps)), fc.nat(1_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (randomSteps) => {
        const room = new RoomModel(300);
        for (const [apply, n] of randomSteps) {
          apply(room, n);
          room.expectConsistent();
        }
      }),
      { numRuns: 150 },
    );
  });
});
