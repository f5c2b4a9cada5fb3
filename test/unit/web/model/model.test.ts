import type { DurableEvent, MessageSnapshot } from '../../../../src/client/index.ts';
import { applyAmendment, type Message, toMessage } from '../../../../src/web/model/message.ts';
import {
  applyOptimistic,
  type OutgoingMessage,
  type PendingChange,
  unconfirmed,
  withStatus,
} from '../../../../src/web/model/outgoing.ts';
import { ReadReceipts } from '../../../../src/web/model/read-receipts.ts';
import { buildTimeline } from '../../../../src/web/model/timeline-items.ts';
import { TypingUsers, typingTimeoutMs } from '../../../../src/web/model/typing-users.ts';
import { maxUnread, UnreadCount } from '../../../../src/web/model/unread.ts';

const aki = { userId: 'a', name: 'Aki' };
const ben = { userId: 'b', name: 'Ben' };
const sentAt = '2026-11-22T09:30:00.000Z';

const message = (
  seq: number,
  { timeToday = sentAt, ...overrides }: Partial<MessageSnapshot> & { timeToday?: string } = {},
): Message => {
  const defaults = { type: 'message', room: 'tea', from: aki, message: 'tea?' } as const;
  return toMessage({ ...defaults, seq, id: `i${seq}`, sentAt: timeToday, ...overrides });
};

const amendment = (seq: number, event: { type: string } & Record<string, unknown>) =>
  ({ room: 'tea', seq, target: 1, from: aki, sentAt, ...event }) as Exclude<
    DurableEvent,
    { type: 'message' }
  >;

describe('a message', () => {
  it('stands as history tells it', () => {
    const snapshot = { editedAt: sentAt, reactions: { '👍': ['b', 'a'] } };
    expect(message(1, snapshot)).toMatchObject({
      ...{ text: 'tea?', isEdited: true, isDeleted: false, sentAt: Date.parse(sentAt) },
      reactions: new Map([['👍', ['b', 'a']]]),
    });
    expect(message(1, { deletedAt: sentAt })).toMatchObject({ isDeleted: true });
  });

  it('is changed by what happens to it, the latest change standing whatever order they come in', () => {
    const edited = applyAmendment(message(1), amendment(3, { type: 'edited', message: 'coffee?' }));
    expect(applyAmendment(edited, amendment(2, { type: 'edited', message: 'water?' }))).toBe(
      edited,
    );
    expect(edited).toMatchObject({ text: 'coffee?', isEdited: true });
    expect(applyAmendment(edited, amendment(4, { type: 'edited', message: 'milk?' })).text).toBe(
      'milk?',
    );
  });

  it('is left alone by what happens to another', () => {
    const original = message(2);
    expect(applyAmendment(original, amendment(3, { type: 'deleted' }))).toBe(original);
  });

  it('has each person’s reaction once for each emoji, and loses it when the last takes it off', () => {
    const reactionBy = (seq: number, from: typeof aki, on = true) =>
      amendment(seq, { type: 'reaction', emoji: '👍', on, from });
    const reacted = applyAmendment(
      applyAmendment(applyAmendment(message(1), reactionBy(2, aki)), reactionBy(3, ben)),
      reactionBy(4, aki),
    );
    expect(reacted.reactions.get('👍')).toEqual(['b', 'a']);
    expect(applyAmendment(reacted, reactionBy(3, aki, false))).toBe(reacted);
    const cleared = applyAmendment(
      applyAmendment(reacted, reactionBy(5, aki, false)),
      reactionBy(6, ben, false),
    );
    expect(cleared.reactions.size).toBe(0);
  });

  it('that was taken back is empty, and stays so', () => {
    const deleted = applyAmendment(
      message(1, { reactions: { x: ['b'] } }),
      amendment(2, { type: 'deleted' }),
    );
    expect(deleted).toMatchObject({ isDeleted: true, text: '', reactions: new Map() });
    expect(applyAmendment(deleted, amendment(3, { type: 'edited', message: 'again' }))).toBe(
      deleted,
    );
  });
});

describe('what is on its way', () => {
  const sendable = (id: string, progress: OutgoingMessage['progress']) => ({ id, progress });

  it('waits until the log has come so far as it was stored', () => {
    const all = [
      sendable('a', { state: 'sending' }),
      sendable('b', { state: 'sent', seq: 5 }),
      sendable('c', { state: 'failed', code: 'timeout' }),
    ];
    expect(unconfirmed(all, 4)).toBe(all);
    expect(unconfirmed(all, 5).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(withStatus(all, 'a', { state: 'sent', seq: 9 })[0]?.progress).toMatchObject({ seq: 9 });
  });

  it('shows as what it will be, unless it failed', () => {
    const change = (
      progress: PendingChange['progress'],
      pendingChange: PendingChange['change'],
    ) => ({
      ...{ id: 'x', target: 1, progress, change: pendingChange },
    });
    const on = change({ state: 'sending' }, { kind: 'react', emoji: '👍', on: true });
    const edit = change({ state: 'sent', seq: 9 }, { kind: 'edit', text: 'coffee?' });
    const failed = change({ state: 'failed', code: 'x' }, { kind: 'edit', text: 'water?' });
    const original = message(1);
    expect(applyOptimistic(original, [on, edit, failed], ben)).toMatchObject({
      ...{ text: 'coffee?', isEdited: true, reactions: new Map([['👍', ['b']]]) },
    });
    expect(
      applyOptimistic(original, [failed, change({ state: 'sending' }, { kind: 'delete' })], ben),
    ).toBe(original);
    expect(applyOptimistic(message(2), [on, edit], ben).text).toBe('tea?');
    expect(applyOptimistic(original, [on], undefined)).toBe(original);
  });
});

describe('the lines of a room', () => {
  const buildItems = (
    messages: Message[],
    overrides: Partial<Parameters<typeof buildTimeline>[0]> = {},
  ) => buildTimeline({ messages, outgoing: [], newAfter: undefined, selfId: 'a', ...overrides });
  const timeToday = (time: string) => new Date(`2026-11-22T${time}`).toISOString();

  it('have a name where somebody else speaks, after a while, and before an answer', () => {
    const items = buildItems([
      message(1, { timeToday: timeToday('09:00:00') }),
      message(2, { timeToday: timeToday('09:04:00') }),
      message(3, { timeToday: timeToday('09:09:00') }),
      message(4, { timeToday: timeToday('09:09:10'), from: ben }),
      message(5, { timeToday: timeToday('09:09:20'), from: ben, ...{ replyTo: 1 } }),
    ]);
    const first = items.map((row) => row.kind === 'message' && row.isFirst);
    expect(first).toEqual([false, true, false, true, true, true]);
  });

  it('begin each day with its name', () => {
    const yesterday = new Date(Date.parse(timeToday('00:00:30')) - 60_000).toISOString();
    const items = buildItems([
      message(1, { timeToday: yesterday }),
      message(2, { timeToday: timeToday('00:00:30') }),
    ]);
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'message', 'day', 'message']);
    expect(items[3]).toMatchObject({ isFirst: true });
  });

  it('are marked where what is new begins, which one’s own is not', () => {
    const items = buildItems([message(1, { from: ben }), message(2), message(3, { from: ben })], {
      newAfter: 1,
    });
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'message', 'message', 'new', 'message']);
    expect(buildItems([message(1)], { newAfter: 1 }).map(({ kind }) => kind)).toEqual([
      'day',
      'message',
    ]);
  });

  it('end with what has not come back yet', () => {
    const sendable: OutgoingMessage = {
      id: 'd',
      text: 'x',
      sentAt: Date.parse(sentAt),
      progress: { state: 'sending' },
    };
    const items = buildItems([message(1)], { outgoing: [sendable] });
    expect(items.at(-1)).toMatchObject({ kind: 'outgoing', key: 'd', isFirst: false });
  });
});

describe('unread messages', () => {
  it('are what the server counted, and what came since, each once', () => {
    const unread = new UnreadCount();
    unread.add(4);
    unread.add(6);
    unread.applySnapshot({ unread: 2, seq: 5 });
    unread.add(5);
    unread.add(6);
    unread.add(7);
    expect(unread.count).toBe(4);
    unread.remove(7);
    expect(unread.count).toBe(3);
  });

  it('are none when all was read, and unknown where only part of what was counted was', () => {
    const unread = new UnreadCount();
    unread.applySnapshot({ unread: 2, seq: 5 });
    unread.add(6);
    expect(unread.markRead(4)).toBe(false);
    expect(unread.count).toBe(3);
    expect(unread.markRead(5)).toBe(true);
    expect(unread.count).toBe(1);
    expect(unread.markRead(6)).toBe(true);
    expect(unread.count).toBe(0);
    unread.add(6);
    expect(unread.count).toBe(0);
  });

  it('are counted to a hundred', () => {
    const unread = new UnreadCount();
    for (let seq = 1; seq <= 300; seq += 1) unread.add(seq);
    expect(unread.count).toBe(maxUnread);
  });
});

describe('those who type', () => {
  it('are shown until they no longer do, or nothing more is heard of them', () => {
    const typing = new TypingUsers();
    typing.update(aki, true, 0);
    typing.update(ben, true, 1_000);
    expect(typing.names(1_000)).toEqual(['Aki', 'Ben']);
    expect(typing.expire(typingTimeoutMs)).toBe(typingTimeoutMs + 1_000);
    expect(typing.names(typingTimeoutMs)).toEqual(['Ben']);
    typing.update(ben, false, 2_000);
    expect(typing.expire(2_000)).toBeUndefined();
  });
});

describe('those who have read', () => {
  it('stand at the last message that they have read and not written', () => {
    const readers = new ReadReceipts();
    readers.update(ben, 5);
    readers.update(aki, 2);
    readers.update(ben, 4);
    const receipts = readers.byMessage([message(1), message(3), message(6)]);
    expect([...receipts]).toEqual([[3, [ben]]]);
  });
});
