import type { Action, actions, Request } from '../../../schemas/index.ts';
import type { Connection } from '../store/connections.ts';

/** One valid request, with the connection it came on unless anyone may ask. */
export interface ActionContext<A extends Action = Action> {
  readonly request: Request<A>;
  readonly connection: (typeof actions)[A]['access'] extends 'anyone' ? undefined : Connection;
}
