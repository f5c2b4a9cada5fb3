import { deleted } from './deleted.ts';
import { edited } from './edited.ts';
import { message } from './message.ts';
import { reaction } from './reaction.ts';

/** An event of a room's log. */
export const durableEvent = {
  title: 'DurableEvent',
  description: 'an event of a room’s log, as the server pushed it',
  oneOf: [message.event.schema, edited.event.schema, deleted.event.schema, reaction.event.schema],
} as const;
