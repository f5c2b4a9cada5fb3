import type { Action, Request, Result } from '../../../schemas/index.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { unknownAction } from '../routes/default.ts';
import type { Parts } from '../services.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './context.ts';
import { deletemessage } from './deletemessage.ts';
import { editmessage } from './editmessage.ts';
import { history } from './history.ts';
import { identity } from './identity.ts';
import { joinroom } from './joinroom.ts';
import { leaveroom } from './leaveroom.ts';
import { listrooms } from './listrooms.ts';
import { markread } from './markread.ts';
import { members } from './members.ts';
import { ping } from './ping.ts';
import { react } from './react.ts';
import { sendmessage } from './sendmessage.ts';
import { typing } from './typing.ts';

/** Handles one action: takes a valid request of somebody who may ask, gives what the ack tells. */
type Route<A extends Action> = (call: Call<A>, parts: Parts) => Promise<Result<A>>;

/** The route of every action, by its name on the wire. */
export const routes: { readonly [A in Action]: Route<A> } = {
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
};

/** Hands a message to the route of its action. */
export async function dispatch(event: GatewayEvent, parts: Parts): Promise<object> {
  return event.request ? handle(event.request, event, parts) : unknownAction(event);
}

function handle<A extends Action>(request: Request<A>, event: GatewayEvent, parts: Parts) {
  // `authorise` has set the connection for every action but those that anyone may ask for.
  const connection = event.connection as Call<A>['connection'];
  return routes[request.action as A]({ request, connection }, parts);
}
