import type { Broadcast } from './delivery/broadcast.ts';
import type { Store } from './store/index.ts';

/** What the routes are given to work with; `lambda.ts` builds the real ones. */
export interface Parts {
  readonly store: Store;
  readonly broadcast: Broadcast;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
