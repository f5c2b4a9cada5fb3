import {
  type ActionFixture,
  type TwoMembers,
  withTwoMembers,
} from '../../helpers/describe-action.ts';
import type { Frame } from '../../helpers/test-server.ts';

/** The room whose first message is amended. */
export const room = 'tea';

/** An action that amends the room's first message. */
export interface Amendment {
  readonly request: Frame;
  /** The member that amends. Only the author may edit and delete. */
  readonly by: keyof TwoMembers;
  /** The event's own fields. */
  readonly event: Frame;
  /** Returns the fields that change on the message in history. */
  readonly toChange: (event: Frame) => Frame;
}

const amendments = {
  editmessage: {
    request: { action: 'editmessage', seq: 1, message: 'hello', room },
    by: 'aki',
    event: { type: 'edited', message: 'hello' },
    toChange: ({ sentAt }) => ({ message: 'hello', editedAt: sentAt }),
  },
  deletemessage: {
    request: { action: 'deletemessage', seq: 1, room },
    by: 'aki',
    event: { type: 'deleted' },
    toChange: ({ sentAt }) => ({ message: '', deletedAt: sentAt }),
  },
  react: {
    request: { action: 'react', seq: 1, emoji: '👍', room },
    by: 'ben',
    event: { type: 'reaction', emoji: '👍', on: true },
    toChange: ({ from }) => ({ reactions: { '👍': [from.userId] } }),
  },
} satisfies Record<string, Amendment>;

/** Starts the tests with a message of Aki in the room `tea`. */
export async function withMessage(fixture: ActionFixture): Promise<TwoMembers> {
  const members = await withTwoMembers(fixture);
  const { server } = fixture;
  await server.request(members.aki, { action: 'sendmessage', message: 'helo', room });
  server.clearPushed();
  return members;
}

/** The actions that amend a message. */
export const allAmendments = Object.entries<Amendment>(amendments);

/** The actions that only the author of the message may request. */
export const authorAmendments = allAmendments.filter(([, { by }]) => by === 'aki');
