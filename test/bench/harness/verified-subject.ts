import type { ActorProcess } from './actor-process.ts';
import { createSubject, type Subject } from './sample.ts';

/** Creates a subject that fails unless the gateway gets all of its deliveries. */
export function createVerifiedSubject(
  gateway: ActorProcess,
  actor: ActorProcess,
  load: { readonly units: number },
  deliveriesPerUnit = 1,
): Subject {
  const measure = createSubject(actor, load);
  return async () => {
    await gateway.call('reset');
    const sample = await measure();
    const count = await gateway.call<number>('count');
    const expected = load.units * deliveriesPerUnit;
    if (count !== expected)
      throw new Error(`The gateway got ${count} of ${expected} deliveries. The sample is invalid.`);
    return sample;
  };
}
