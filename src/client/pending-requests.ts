import type { Action } from '../../schemas/index.ts';

/** A frame: a JSON object. */
export type Frame = Readonly<Record<string, unknown>>;

/** The fields that an answer repeats. */
export interface RequestKey {
  readonly action: Action;
  readonly id: string;
  /** The room of the request. The default room for an action that names none. */
  readonly room: string;
}

/** A request that was sent on a connection. */
interface PendingRequest extends RequestKey {
  readonly resolve: (frame: Frame) => void;
  isAnswered: boolean;
}

/**
 * How long the server may still handle a request that was given up, in milliseconds. API Gateway waits
 * for half of this time.
 */
const maxHandlingMs = 60_000;

/**
 * The requests of one connection that wait for their answers. Callers choose ids, so several requests
 * may share one. An answer belongs to the request with its action, its id and its room.
 *
 *     a1 sendmessage tea ──►      ◄── ack a1 sendmessage tea
 *     a1 sendmessage milk ─►      ◄── error a1 sendmessage: tea or milk? It answers neither.
 */
export class PendingRequests {
  readonly #requests = new Set<PendingRequest>();
  /** The requests to join a room that were given up, and when. The server may still handle them. */
  readonly #overdueJoins = new Map<RequestKey, number>();

  /** Whether no request waits. */
  get isEmpty(): boolean {
    return this.#requests.size === 0;
  }

  /** Adds a request. The returned function removes it, with or without an answer. */
  add(key: RequestKey, resolve: (frame: Frame) => void): () => void {
    const request = { ...key, resolve, isAnswered: false };
    this.#requests.add(request);
    return () => {
      this.#requests.delete(request);
      if (key.action !== 'joinroom' || request.isAnswered) return;
      this.#dropExpired();
      this.#overdueJoins.set(key, performance.now());
    };
  }

  /** Returns whether the server may still handle a request to join a room that was given up. */
  hasOverdueJoin(room: string): boolean {
    this.#dropExpired();
    return [...this.#overdueJoins.keys()].some((key) => key.room === room);
  }

  /** Passes an answer to its request. Returns false for another frame, or if the request is uncertain. */
  resolve(frame: Frame): boolean {
    if (frame['type'] !== 'ack' && frame['type'] !== 'error') return false;
    const candidates = [...this.#requests].filter(
      (request) => !request.isAnswered && isAnswerTo(frame, request),
    );
    const [first] = candidates;
    // The errors of older servers repeat no room.
    if (!first) for (const key of this.#overdueJoins.keys()) this.#dropIfAnswered(key, frame);
    if (!first || candidates.some(({ room }) => room !== first.room)) return false;
    // It stays in the set until its caller has the answer: a retired connection waits for that.
    first.isAnswered = true;
    first.resolve(frame);
    return true;
  }

  #dropExpired(): void {
    const expired = performance.now() - maxHandlingMs;
    for (const [join, givenUpAt] of this.#overdueJoins)
      if (givenUpAt <= expired) this.#overdueJoins.delete(join);
  }

  #dropIfAnswered(join: RequestKey, frame: Frame): void {
    if (isAnswerTo(frame, join)) this.#overdueJoins.delete(join);
  }
}

/** Returns whether a frame can be the answer to a request. A field that it lacks fits any request. */
function isAnswerTo(frame: Frame, { id, action, room }: RequestKey): boolean {
  const { id: answeredId, action: answeredAction = action, room: answeredRoom = room } = frame;
  return answeredId === id && answeredAction === action && answeredRoom === room;
}
