import { type Broadcast, createBroadcast } from './delivery/broadcast.ts';
import type { Post } from './delivery/post.ts';
import { createPresence, type Presence } from './presence.ts';
import type { Store } from './store/index.ts';

/** What the routes are given to work with. */
export interface Parts {
  readonly store: Store;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where clients find the WebSocket. */
  readonly url: string;
}

/** What differs between AWS, the local stack and a test. */
export interface PartsOptions {
  readonly store: Store;
  readonly post: Post;
  readonly clock: () => number;
  readonly url: string;
  /** Rooms of up to so many people are told who comes and goes. */
  readonly presenceLimit: number;
  /** Told of a recipient that could not be reached, or not be removed. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/** Joins the parts: a delivery that finds a connection dead makes its person leave. */
export function createParts(options: PartsOptions): Parts {
  const { store, post, clock, url, presenceLimit, onFailure } = options;
  const broadcast = createBroadcast({
    members: store.members,
    post,
    forget: (subscriber) => presence.forget(subscriber),
    clock,
    onFailure,
  });
  const presence = createPresence({ store, broadcast, presenceLimit });
  return { store, broadcast, presence, clock, url };
}
