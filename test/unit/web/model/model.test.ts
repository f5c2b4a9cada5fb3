import type { DurableEvent, StandingMessage } from '../../../../src/client/index.ts';
import { amend, type Message, messageOf } from '../../../../src/web/model/message.ts';
import {
  advanced,
  type Draft,
  expected,
  outstanding,
  type PendingChange,
} from '../../../../src/web/model/outgoing.ts';
import { Readers } from '../../../../src/web/model/read-receipts.ts';
import { rowsOf } from '../../../../src/web/model/timeline-items.ts';
import { fadeMs, Typing } from '../../../../src/web/model/typing-users.ts';
import { Unread, unreadLimit } from '../../../../src/web/model/unread.ts';

const aki = { userId: 'a', name: 'Aki' };
const ben = { userId: 'b', name: 'Ben' };
const sentAt = '2026-11-22T09:30:00.000Z';

const message = (
  seq: number,
  { at = sentAt, ...more }: Partial<StandingMessage> & { at?: string } = {},
): Message => {
  const plain = { type: 'message', room: 'tea', from: aki, message: 'tea?' } as const;
  return messageOf({ ...plain, seq, id: `i${seq}`, sentAt: at, ...more });
};

const amended = (seq: number, event: { type: string } & Record<string, unknown>) =>
  ({ room: 'tea', seq, target: 1, from: aki, sentAt, ...event }) as Exclude<
    DurableEvent,
    { type: 'message' }
  >;

describe('a message', () => {
  it('stands as history tells it', () => {
    const standing = { editedAt: sentAt, reactions: { '👍': ['b', 'a'] } };
    expect(message(1, standing)).toMatchObject({
      ...{ text: 'tea?', isEdited: true, isDeleted: false, sentAt: Date.parse(sentAt) },
      reactions: new Map([['👍', ['b', 'a']]]),
    });
    expect(message(1, { deletedAt: sentAt })).toMatchObject({ isDeleted: true });
  });

  it('is changed by what happens to it, the latest change standing whatever order they come in', () => {
    const late = amend(message(1), amended(3, { type: 'edited', message: 'coffee?' }));
    expect(amend(late, amended(2, { type: 'edited', message: 'water?' }))).toBe(late);
    expect(late).toMatchObject({ text: 'coffee?', isEdited: true });
    expect(amend(late, amended(4, { type: 'edited', message: 'milk?' })).text).toBe('milk?');
  });

  it('is left alone by what happens to another', () => {
    const one = message(2);
    expect(amend(one, amended(3, { type: 'deleted' }))).toBe(one);
  });

  it('has each person’s reaction once for each emoji, and loses it when the last takes it off', () => {
    const put = (seq: number, from: typeof aki, on = true) =>
      amended(seq, { type: 'reaction', emoji: '👍', on, from });
    const both = amend(amend(amend(message(1), put(2, aki)), put(3, ben)), put(4, aki));
    expect(both.reactions.get('👍')).toEqual(['b', 'a']);
    expect(amend(both, put(3, aki, false))).toBe(both);
    const none = amend(amend(both, put(5, aki, false)), put(6, ben, false));
    expect(none.reactions.size).toBe(0);
  });

  it('that was taken back is empty, and stays so', () => {
    const gone = amend(message(1, { reactions: { x: ['b'] } }), amended(2, { type: 'deleted' }));
    expect(gone).toMatchObject({ isDeleted: true, text: '', reactions: new Map() });
    expect(amend(gone, amended(3, { type: 'edited', message: 'again' }))).toBe(gone);
  });
});

describe('what is on its way', () => {
  const draft = (id: string, progress: Draft['progress']) => ({ id, progress });

  it('waits until the log has come so far as it was stored', () => {
    const all = [
      draft('a', { state: 'sending' }),
      draft('b', { state: 'sent', seq: 5 }),
      draft('c', { state: 'failed', code: 'timeout' }),
    ];
    expect(outstanding(all, 4)).toBe(all);
    expect(outstanding(all, 5).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(advanced(all, 'a', { state: 'sent', seq: 9 })[0]?.progress).toMatchObject({ seq: 9 });
  });

  it('shows as what it will be, unless it failed', () => {
    const change = (progress: PendingChange['progress'], asked: PendingChange['change']) => ({
      ...{ id: 'x', target: 1, progress, change: asked },
    });
    const on = change({ state: 'sending' }, { kind: 'react', emoji: '👍', on: true });
    const edit = change({ state: 'sent', seq: 9 }, { kind: 'edit', text: 'coffee?' });
    const failed = change({ state: 'failed', code: 'x' }, { kind: 'edit', text: 'water?' });
    const one = message(1);
    expect(expected(one, [on, edit, failed], ben)).toMatchObject({
      ...{ text: 'coffee?', isEdited: true, reactions: new Map([['👍', ['b']]]) },
    });
    expect(expected(one, [failed, change({ state: 'sending' }, { kind: 'delete' })], ben)).toBe(
      one,
    );
    expect(expected(message(2), [on, edit], ben).text).toBe('tea?');
    expect(expected(one, [on], undefined)).toBe(one);
  });
});

describe('the lines of a room', () => {
  const rows = (messages: Message[], more: Partial<Parameters<typeof rowsOf>[0]> = {}) =>
    rowsOf({ messages, drafts: [], newAfter: undefined, selfId: 'a', ...more });
  const at = (time: string) => new Date(`2026-11-22T${time}`).toISOString();

  it('have a name where somebody else speaks, after a while, and before an answer', () => {
    const lines = rows([
      message(1, { at: at('09:00:00') }),
      message(2, { at: at('09:04:00') }),
      message(3, { at: at('09:09:00') }),
      message(4, { at: at('09:09:10'), from: ben }),
      message(5, { at: at('09:09:20'), from: ben, ...{ replyTo: 1 } }),
    ]);
    const first = lines.map((row) => row.kind === 'message' && row.isFirst);
    expect(first).toEqual([false, true, false, true, true, true]);
  });

  it('begin each day with its name', () => {
    const yesterday = new Date(Date.parse(at('00:00:30')) - 60_000).toISOString();
    const lines = rows([message(1, { at: yesterday }), message(2, { at: at('00:00:30') })]);
    expect(lines.map(({ kind }) => kind)).toEqual(['day', 'message', 'day', 'message']);
    expect(lines[3]).toMatchObject({ isFirst: true });
  });

  it('are marked where what is new begins, which one’s own is not', () => {
    const lines = rows([message(1, { from: ben }), message(2), message(3, { from: ben })], {
      newAfter: 1,
    });
    expect(lines.map(({ kind }) => kind)).toEqual(['day', 'message', 'message', 'new', 'message']);
    expect(rows([message(1)], { newAfter: 1 }).map(({ kind }) => kind)).toEqual(['day', 'message']);
  });

  it('end with what has not come back yet', () => {
    const draft: Draft = {
      id: 'd',
      text: 'x',
      sentAt: Date.parse(sentAt),
      progress: { state: 'sending' },
    };
    const lines = rows([message(1)], { drafts: [draft] });
    expect(lines.at(-1)).toMatchObject({ kind: 'draft', key: 'd', isFirst: false });
  });
});

describe('unread messages', () => {
  it('are what the server counted, and what came since, each once', () => {
    const unread = new Unread();
    unread.add(4);
    unread.add(6);
    unread.recount({ unread: 2, seq: 5 });
    unread.add(5);
    unread.add(6);
    unread.add(7);
    expect(unread.count).toBe(4);
    unread.remove(7);
    expect(unread.count).toBe(3);
  });

  it('are none when all was read, and unknown where only part of what was counted was', () => {
    const unread = new Unread();
    unread.recount({ unread: 2, seq: 5 });
    unread.add(6);
    expect(unread.read(4)).toBe(false);
    expect(unread.count).toBe(3);
    expect(unread.read(5)).toBe(true);
    expect(unread.count).toBe(1);
    expect(unread.read(6)).toBe(true);
    expect(unread.count).toBe(0);
    unread.add(6);
    expect(unread.count).toBe(0);
  });

  it('are counted to a hundred', () => {
    const unread = new Unread();
    for (let seq = 1; seq <= 300; seq += 1) unread.add(seq);
    expect(unread.count).toBe(unreadLimit);
  });
});

describe('those who type', () => {
  it('are shown until they no longer do, or nothing more is heard of them', () => {
    const typing = new Typing();
    typing.note(aki, true, 0);
    typing.note(ben, true, 1_000);
    expect(typing.names(1_000)).toEqual(['Aki', 'Ben']);
    expect(typing.fade(fadeMs)).toBe(fadeMs + 1_000);
    expect(typing.names(fadeMs)).toEqual(['Ben']);
    typing.note(ben, false, 2_000);
    expect(typing.fade(2_000)).toBeUndefined();
  });
});

describe('those who have read', () => {
  it('stand at the last message that they have read and not written', () => {
    const readers = new Readers();
    readers.note(ben, 5);
    readers.note(aki, 2);
    readers.note(ben, 4);
    const places = readers.places([message(1), message(3), message(6)]);
    expect([...places]).toEqual([[3, [ben]]]);
  });
});
