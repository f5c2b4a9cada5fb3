import type { DurableEvent } from '../../../schemas/index.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const from = { userId: 'aki', name: 'Aki' };
const at = (second: number) => `2026-11-22T09:30:0${second}.000Z`;

/** Applies events to a room's first message in this order, and returns the message. */
async function applyAll(room: string, events: readonly DurableEvent[]) {
  const { store } = new TestServer(table, { now: () => Date.UTC(2026, 10, 22, 9, 30) });
  await store.eventLog.append(room, from, { type: 'message', id: 'm', message: 'first' });
  for (const event of events) await store.messages.applyEvent({ ...event, room });
  const { messages } = await store.messages.page(room, { limit: 1 });
  return { ...messages[0], room: '' };
}

const common = { room: '', target: 1, from } as const;
const edits: DurableEvent[] = [
  { type: 'edited', ...common, seq: 2, message: 'second', sentAt: at(2) },
  { type: 'edited', ...common, seq: 3, message: 'third', sentAt: at(3) },
];
const deletions: DurableEvent[] = [
  { type: 'deleted', ...common, seq: 2, sentAt: at(2) },
  { type: 'deleted', ...common, seq: 3, sentAt: at(3) },
];
const reactions: DurableEvent[] = [
  { type: 'reaction', ...common, seq: 2, emoji: '👍', on: true, sentAt: at(2) },
  { type: 'reaction', ...common, seq: 3, emoji: '👍', on: false, sentAt: at(3) },
];

describe('Messages.applyEvent', () => {
  it.each([
    ['edits', edits, { message: 'third', editedAt: at(3) }],
    ['deletions', deletions, { message: '', deletedAt: at(2) }],
    ['reactions', reactions, { message: 'first' }],
  ])('returns the same message for any order of %s', async (name, events, expected) => {
    const [inOrder, reversed, twice] = [
      await applyAll(`${name}-1`, events),
      await applyAll(`${name}-2`, events.toReversed()),
      await applyAll(`${name}-3`, [...events, ...events]),
    ];
    expect(inOrder).toMatchObject(expected);
    expect(reversed).toEqual(inOrder);
    expect(twice).toEqual(inOrder);
    expect(inOrder).not.toHaveProperty('reactions');
  });

  it('ignores an edit and a reaction with higher seqs than a concurrent deletion', async () => {
    const raced: DurableEvent[] = [
      { type: 'deleted', ...common, seq: 2, sentAt: at(2) },
      { type: 'edited', ...common, seq: 3, message: 'too late', sentAt: at(3) },
      { type: 'reaction', ...common, seq: 4, emoji: '👍', on: true, sentAt: at(4) },
    ];
    for (const [name, events] of Object.entries({ raced, reversed: raced.toReversed() })) {
      const message = await applyAll(name, events);
      expect(message).toMatchObject({ message: '', deletedAt: at(2) });
      expect(message).not.toHaveProperty('editedAt');
      expect(message).not.toHaveProperty('reactions');
    }
  });

  it.each([...edits.slice(0, 1), ...deletions.slice(0, 1)])(
    'creates no message for the event “$type” of one that is missing',
    async (event) => {
      const room = `gone-${event.type}`;
      await new TestServer(table).store.messages.applyEvent({ ...event, room });
      expect(await findRows(table, room)).toEqual([]);
    },
  );
});
