import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/** Tells the time. It reads nothing, so a heartbeat costs no more than its invocation. */
export async function ping(_call: Call<'ping'>, { clock }: Parts) {
  return { time: new Date(clock()).toISOString() };
}
