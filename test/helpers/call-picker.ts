import type { HeldCall, Random } from './scheduler.ts';

/** The most calls that a picker holds back, and the probability for each call. */
const maxHeldBack = 2;
const heldBackShare = 0.1;

/** The most picks for which a call is held back. Otherwise a request that is repeated could wait forever. */
const maxPicks = 200;

/**
 * Creates a picker of calls that returns the index of one. It holds some calls back until all others are
 * done. So it finds faults that need one call to be late, more often than a uniform choice does.
 */
export function createPicker(random: Random): (held: readonly HeldCall[]) => number {
  const seen = new WeakSet<HeldCall>();
  /** The calls that are held back, with the number of the pick that ends it. */
  const heldBack = new Map<HeldCall, number>();
  let picks = 0;
  return (held) => {
    picks += 1;
    for (const call of held) {
      const isNew = !seen.has(call);
      seen.add(call);
      const isLate = isNew && heldBack.size < maxHeldBack && random() < heldBackShare;
      if (isLate) heldBack.set(call, picks + maxPicks);
    }
    const ready = held.filter((call) => picks > (heldBack.get(call) ?? 0));
    const choice = ready.length > 0 ? ready : held;
    const call = choice[Math.floor(random() * choice.length)];
    return call ? held.indexOf(call) : 0;
  };
}
