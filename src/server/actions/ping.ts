import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Returns the server's time. It reads no row, so a heartbeat costs only its invocation. */
export async function ping(_context: ActionContext<'ping'>, { now }: Services) {
  return { time: new Date(now()).toISOString() };
}
