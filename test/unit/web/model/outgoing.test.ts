import {
  applyOptimistic,
  type OutgoingMessage,
  type PendingChange,
  unconfirmed,
  withStatus,
} from '../../../../src/web/model/outgoing.ts';
import { ben, createMessage } from './fixtures.ts';

const createItem = (id: string, progress: OutgoingMessage['progress']) => ({ id, progress });

const items = [
  createItem('a', { state: 'sending' }),
  createItem('b', { state: 'sent', seq: 5 }),
  createItem('c', { state: 'failed', code: 'timeout' }),
];

describe('unconfirmed', () => {
  it('keeps a stored item until the log reaches its seq', () => {
    expect(unconfirmed(items, 4)).toBe(items);
    expect(unconfirmed(items, 5).map(({ id }) => id)).toEqual(['a', 'c']);
  });
});

describe('withStatus', () => {
  it('sets the status of the item with the id', () => {
    const updated = withStatus(items, 'a', { state: 'sent', seq: 9 });
    expect(updated[0]?.progress).toMatchObject({ seq: 9 });
  });
});

describe('applyOptimistic', () => {
  const createChange = (
    progress: PendingChange['progress'],
    change: PendingChange['change'],
  ): PendingChange => ({ id: 'x', target: 1, progress, change });

  const reaction = createChange({ state: 'sending' }, { kind: 'react', emoji: '👍', on: true });
  const edit = createChange({ state: 'sent', seq: 9 }, { kind: 'edit', text: 'coffee?' });
  const failedEdit = createChange({ state: 'failed', code: 'x' }, { kind: 'edit', text: 'water?' });
  const deletion = createChange({ state: 'sending' }, { kind: 'delete' });
  const original = createMessage(1);

  it('applies edits and reactions that are under way', () => {
    expect(applyOptimistic(original, [reaction, edit, failedEdit], ben)).toMatchObject({
      text: 'coffee?',
      isEdited: true,
      reactions: new Map([['👍', ['b']]]),
    });
  });

  it('ignores failed changes and deletions', () => {
    expect(applyOptimistic(original, [failedEdit, deletion], ben)).toBe(original);
  });

  it('ignores changes of another message', () => {
    expect(applyOptimistic(createMessage(2), [reaction, edit], ben).text).toBe('tea?');
  });

  it('ignores a reaction while the user is unknown', () => {
    expect(applyOptimistic(original, [reaction], undefined)).toBe(original);
  });
});
