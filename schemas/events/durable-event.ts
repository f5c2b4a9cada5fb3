import { deleted } from './deleted.ts';
import { edited } from './edited.ts';
import { message } from './message.ts';
import { reaction } from './reaction.ts';

/** Any event of a room's log. */
export const durableEvent = {
  title: 'DurableEvent',
  description: 'an event of a room’s log, as it was pushed',
  oneOf: [message.event.schema, edited.event.schema, deleted.event.schema, reaction.event.schema],
} as const;
