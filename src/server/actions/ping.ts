import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Tells the time. It reads nothing, so a heartbeat costs no more than its invocation. */
export async function ping(_call: ActionContext<'ping'>, { now }: Services) {
  return { time: new Date(now()).toISOString() };
}
