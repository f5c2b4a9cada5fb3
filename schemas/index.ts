import { ping } from './actions/ping.ts';
import { sendmessage } from './actions/sendmessage.ts';
import type { TypeOf } from './contract.ts';
import { message } from './events/message.ts';
import { requestId } from './fields.ts';

/** Every request a client can send, by its name on the wire. */
export const actions = { ping, sendmessage } as const;

/** Every event the server pushes, by its type on the wire. */
export const events = { message } as const;

/** An action's name. */
export type Action = keyof typeof actions;

/** An event's type. */
export type EventType = keyof typeof events;

/** The request of an action, as the client sends it. */
export type Request<A extends Action = Action> = {
  [K in A]: TypeOf<(typeof actions)[K]['request']>;
}[A];

/** What an action's ack tells beside `type`, `action` and `id`. */
export type Result<A extends Action = Action> = {
  [K in A]: TypeOf<(typeof actions)[K]['result']>;
}[A];

/** The frame that answers a request which succeeded. */
export type Ack<A extends Action = Action> = {
  [K in A]: { type: 'ack'; action: K; id?: string } & Result<K>;
}[A];

/** A pushed event. */
export type Event<E extends EventType = EventType> = {
  [K in E]: TypeOf<(typeof events)[K]['event']>;
}[E];

/** Whether a string from outside names an action. */
export function isAction(name: unknown): name is Action {
  return typeof name === 'string' && Object.hasOwn(actions, name);
}

/** The schema of an action's whole ack frame. */
export function ackSchema(name: Action): object {
  const result: { properties?: object; required?: readonly string[] } = Object(
    actions[name].result.schema,
  );
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
