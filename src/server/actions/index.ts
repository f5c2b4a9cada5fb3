import type { Action, Result } from '../../../schemas/index.ts';
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

/** Handles one action: takes an authorized request and returns the fields of its ack. */
type ActionHandler<A extends Action> = (
  context: ActionContext<A>,
  services: Services,
) => Promise<Result<A>>;

/** The handler of every action, by the action's name on the wire. */
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
