import type { MessageSnapshot } from '../../../../src/client/index.ts';
import type { Message } from '../../../../src/web/model/message.ts';
import type { OutgoingMessage } from '../../../../src/web/model/outgoing.ts';
import { buildTimeline, type TimelineInput } from '../../../../src/web/model/timeline-items.ts';
import { ben, createMessage, sentAt } from './fixtures.ts';

const buildItems = (messages: Message[], overrides: Partial<TimelineInput> = {}) =>
  buildTimeline({ messages, outgoing: [], newAfter: undefined, selfId: 'a', ...overrides });

const buildKinds = (...input: Parameters<typeof buildItems>) =>
  buildItems(...input).map(({ kind }) => kind);

/** Creates a message at a local time of day. */
const messageAt = (seq: number, time: string, overrides: Partial<MessageSnapshot> = {}) =>
  createMessage(seq, { sentAt: new Date(`2026-11-22T${time}`).toISOString(), ...overrides });

describe('buildTimeline', () => {
  it('starts a group for another sender, after a pause, and for a reply', () => {
    const items = buildItems([
      messageAt(1, '09:00:00'),
      messageAt(2, '09:04:00'),
      messageAt(3, '09:09:00'),
      messageAt(4, '09:09:10', { from: ben }),
      messageAt(5, '09:09:20', { from: ben, replyTo: 1 }),
    ]);
    const isFirst = items.map((item) => item.kind === 'message' && item.isFirst);
    expect(isFirst).toEqual([false, true, false, true, true, true]);
  });

  it('starts each day with a divider and a group', () => {
    const midnight = new Date('2026-11-22T00:00:30').getTime();
    const items = buildItems([
      createMessage(1, { sentAt: new Date(midnight - 60_000).toISOString() }),
      messageAt(2, '00:00:30'),
    ]);
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'message', 'day', 'message']);
    expect(items[3]).toMatchObject({ isFirst: true });
  });

  it('puts a divider before the first new message of another user', () => {
    const messages = [
      createMessage(1, { from: ben }),
      createMessage(2),
      createMessage(3, { from: ben }),
    ];
    expect(buildKinds(messages, { newAfter: 1 })).toEqual([
      'day',
      'message',
      'message',
      'new',
      'message',
    ]);
    expect(buildKinds([createMessage(1)], { newAfter: 1 })).toEqual(['day', 'message']);
  });

  it('ends with the outgoing messages', () => {
    const outgoing: OutgoingMessage = {
      id: 'd',
      text: 'x',
      sentAt: Date.parse(sentAt),
      progress: { state: 'sending' },
    };
    const items = buildItems([createMessage(1)], { outgoing: [outgoing] });
    expect(items.at(-1)).toMatchObject({ kind: 'outgoing', key: 'd', isFirst: false });
  });
});
