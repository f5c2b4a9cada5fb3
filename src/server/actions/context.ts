import type { Action, actions, Request } from '../../../schemas/index.ts';
import type { Connection } from '../store/connections.ts';

/** A valid request and its connection. Actions that anyone may call have no connection. */
export interface ActionContext<A extends Action = Action> {
  readonly request: Request<A>;
  readonly connection: (typeof actions)[A]['access'] extends 'anyone' ? undefined : Connection;
}
