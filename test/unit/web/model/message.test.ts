import { applyAmendment, type Message } from '../../../../src/web/model/message.ts';
import {
  aki,
  ben,
  createMessage,
  deletedEvent,
  editedEvent,
  reactionEvent,
  sentAt,
} from './fixtures.ts';

describe('toMessage', () => {
  it('converts a snapshot with its edit and reactions', () => {
    const snapshot = { editedAt: sentAt, reactions: { '👍': ['b', 'a'] } };
    expect(createMessage(1, snapshot)).toMatchObject({
      text: 'tea?',
      isEdited: true,
      isDeleted: false,
      sentAt: Date.parse(sentAt),
      reactions: new Map([['👍', ['b', 'a']]]),
    });
  });

  it('marks a deleted message', () => {
    expect(createMessage(1, { deletedAt: sentAt })).toMatchObject({ isDeleted: true });
  });
});

describe('applyAmendment', () => {
  const applyAll = (message: Message, ...events: Parameters<typeof applyAmendment>[1][]) =>
    events.reduce(applyAmendment, message);

  it('applies the latest edit and ignores an older one that arrives late', () => {
    const edited = applyAmendment(createMessage(1), editedEvent(3, 'coffee?'));
    expect(applyAmendment(edited, editedEvent(2, 'water?'))).toBe(edited);
    expect(edited).toMatchObject({ text: 'coffee?', isEdited: true });
    expect(applyAmendment(edited, editedEvent(4, 'milk?')).text).toBe('milk?');
  });

  it('ignores an event about another message', () => {
    const original = createMessage(2);
    expect(applyAmendment(original, deletedEvent(3))).toBe(original);
  });

  it('keeps one reaction for each user and emoji', () => {
    const reacted = applyAll(
      createMessage(1),
      reactionEvent(2, aki),
      reactionEvent(3, ben),
      reactionEvent(4, aki),
    );
    expect(reacted.reactions.get('👍')).toEqual(['b', 'a']);
    expect(applyAmendment(reacted, reactionEvent(3, aki, false))).toBe(reacted);
  });

  it('removes an emoji with its last reaction', () => {
    const cleared = applyAll(
      createMessage(1),
      reactionEvent(2, aki),
      reactionEvent(3, ben),
      reactionEvent(4, aki),
      reactionEvent(5, aki, false),
      reactionEvent(6, ben, false),
    );
    expect(cleared.reactions.size).toBe(0);
  });

  it('empties a deleted message and ignores later edits', () => {
    const reacted = createMessage(1, { reactions: { x: ['b'] } });
    const deleted = applyAmendment(reacted, deletedEvent(2));
    expect(deleted).toMatchObject({ isDeleted: true, text: '', reactions: new Map() });
    expect(applyAmendment(deleted, editedEvent(3, 'again'))).toBe(deleted);
  });
});
