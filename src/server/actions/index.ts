import type { Action, Request, Result } from '../../../schemas/index.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { unknownAction } from '../routes/default.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';
import type { ActionContext } from './context.ts';
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
type ActionHandler<A extends Action> = (
  context: ActionContext<A>,
  services: Services,
) => Promise<Result<A>>;

/** The route of every action, by its name on the wire. */
export const handlers: { readonly [A in Action]: ActionHandler<A> } = {
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
export async function dispatch(event: GatewayEvent, services: Services): Promise<object> {
  return event.request ? invoke(event.request, event, services) : unknownAction(event);
}

function invoke<A extends Action>(request: Request<A>, event: GatewayEvent, services: Services) {
  // `authorise` has set the connection for every action but those that anyone may ask for.
  const connection = event.connection as ActionContext<A>['connection'];
  return handlers[request.action as A]({ request, connection }, services);
}
