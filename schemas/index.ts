import { authenticate } from './actions/authenticate.ts';
import { deletemessage } from './actions/deletemessage.ts';
import { editmessage } from './actions/editmessage.ts';
import { history } from './actions/history.ts';
import { identity } from './actions/identity.ts';
import { joinroom } from './actions/joinroom.ts';
import { leaveroom } from './actions/leaveroom.ts';
import { listrooms } from './actions/listrooms.ts';
import { markread } from './actions/markread.ts';
import { members } from './actions/members.ts';
import { ping } from './actions/ping.ts';
import { react } from './actions/react.ts';
import { sendmessage } from './actions/sendmessage.ts';
import { typing } from './actions/typing.ts';
import { deleted } from './events/deleted.ts';
import { edited } from './events/edited.ts';
import { joined } from './events/joined.ts';
import { left } from './events/left.ts';
import { message } from './events/message.ts';
import { reaction } from './events/reaction.ts';
import { read } from './events/read.ts';
import { typing as typingEvent } from './events/typing.ts';
import { requestId } from './fields.ts';
import type { Infer } from './types.ts';

export type { MessageSnapshot } from './events/message.ts';

/** Every action of a client, by its name on the wire. */
export const actions = {
  authenticate,
  deletemessage,
  editmessage,
  history,
  identity,
  joinroom,
  leaveroom,
  listrooms,
  markread,
  members,
  ping,
  react,
  sendmessage,
  typing,
} as const;

/** Every event that the server pushes, by its type on the wire. */
export const events = {
  deleted,
  edited,
  joined,
  left,
  message,
  reaction,
  read,
  typing: typingEvent,
} as const;

/** The name of an action. */
export type Action = keyof typeof actions;

/** The type of an event. */
export type EventType = keyof typeof events;

/** The request of an action, as the client sends it. */
export type Request<A extends Action = Action> = {
  [K in A]: Infer<(typeof actions)[K]['request']>;
}[A];

/** The fields of an action's ack beside `type`, `action` and `id`. */
export type Result<A extends Action = Action> = {
  [K in A]: Infer<(typeof actions)[K]['result']>;
}[A];

/** An event that the server pushes. */
export type Event<E extends EventType = EventType> = {
  [K in E]: Infer<(typeof events)[K]['event']>;
}[E];

/** The types of the events that a room's log holds. */
export type DurableType = {
  [K in EventType]: (typeof events)[K]['durable'] extends true ? K : never;
}[EventType];

/** An event of a room's log. It has a `seq`, is stored and can be recovered. */
export type DurableEvent<E extends DurableType = DurableType> = Event<E>;

/** Returns whether an unknown value is the name of an action. */
export function isAction(name: unknown): name is Action {
  return typeof name === 'string' && Object.hasOwn(actions, name);
}

/** The parts of an object schema that code reads. */
export interface ObjectSchema {
  readonly properties?: object;
  readonly required?: readonly string[];
}

/** Returns the schema of an action's whole ack frame. */
export function ackSchema(name: Action): object {
  // Every result schema is an object schema.
  const result = actions[name].result.schema as ObjectSchema;
  return {
    ...result,
    required: ['type', 'action', ...(result.required ?? [])],
    properties: {
      type: { const: 'ack' },
      action: { const: name },
      id: requestId,
      ...result.properties,
    },
  };
}
