import type { ErrorFrame } from '../../schemas/errors.ts';
import type { defaultRoom as contractDefaultRoom } from '../../schemas/fields.ts';
import type { Action, Request, Result } from '../../schemas/index.ts';
import { abortable, randomId, setTimer, withTimeout } from './async.ts';
import { disconnectedError, KaiwaError, timeoutError } from './errors.ts';
import { isRecord } from './is-record.ts';
import { type Frame, PendingRequests, type RequestKey } from './pending-requests.ts';
import { closeSocket, type OpeningSocket, type WebSocketLike } from './web-socket.ts';

/**
 * The fields of a request that the caller writes. The client adds `action`, and an `id` if there is
 * none. It sends no field that is undefined.
 */
export type RequestFields<A extends Action> = {
  [K in keyof Request<A> as Exclude<K, 'action'>]: object extends Pick<Request<A>, K>
    ? Request<A>[K] | undefined
    : Request<A>[K];
};

/** The fields that the client itself reads. Not every action has both. */
export interface NamedFields {
  readonly id?: string | undefined;
  readonly room?: string | undefined;
}

/** How to make a request. */
export interface RequestOptions {
  /** Gives up when it aborts: the request throws the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * How long to wait for the answer, in milliseconds, the time to connect and to join included.
   *
   * @default `requestTimeoutMs` of the client
   */
  readonly timeoutMs?: number;
}

/** A user, as events name them: `userId` and display name. */
export type User = Result<'identity'>;

/** The room of a request that names none. */
const defaultRoom: typeof contractDefaultRoom = 'lobby';

/** API Gateway closes a connection on a larger frame, and every pending request with it. */
const maxFrameBytes = 32 * 1024;

/** The limits of a connection, and where its frames go. */
export interface ConnectionOptions {
  readonly requestTimeoutMs: number;
  /** How long after its last frame the connection sends a `ping`, in milliseconds. */
  readonly heartbeatMs: number;
  /** Takes each frame that answers no request: an object, or the raw data if it is not JSON. */
  readonly onFrame: (frame: unknown) => void;
}

/** One WebSocket from its opening to its end, with requests, their answers and the heartbeat. */
export class Connection {
  /** The user that the server takes this connection for, if it says so. */
  self: User | undefined;
  /** Resolves when the socket is open. */
  readonly opened: Promise<unknown>;
  readonly #socket: WebSocketLike;
  readonly #options: ConnectionOptions;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #ended = new AbortController();
  readonly #pending = new PendingRequests();
  #cancelHeartbeat = () => {};
  /** Set from the first unanswered send until the next frame from the server. */
  #cancelResponseTimer: (() => void) | undefined;
  #isRetired = false;

  constructor({ socket, closeReason }: OpeningSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code }: { code: number }) => this.end(closeReason(code));
    this.opened = abortable(
      this.ended,
      () =>
        new Promise((resolve) => {
          socket.onopen = resolve;
        }),
    );
    this.closed = new Promise((resolve) => {
      this.ended.addEventListener('abort', () => resolve(closeSocket(socket)));
    });
  }

  /** Aborts when the connection ends, with the cause as its reason. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Sends a request and waits for its answer. A request that throws may still take effect. */
  async request<A extends Action>(
    action: A,
    fields: RequestFields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    const { id = randomId(), room = defaultRoom }: NamedFields = fields;
    const text = JSON.stringify({ action, ...fields, id });
    if (new Blob([text]).size > maxFrameBytes)
      throw new KaiwaError('too_large', 'The request is too large. Shorten it.');
    const send = (timeoutSignal: AbortSignal) =>
      abortable(this.ended, () => this.#sendRequest({ action, id, room }, text, timeoutSignal));
    const response = await withTimeout(timeoutMs, timeoutError, signal, send);
    const { type, action: _, id: __, ...result } = response;
    // The boundary: the server keeps answers to the contract.
    if (type === 'ack') return result as Result<A>;
    throw this.#toError(result as unknown as ErrorFrame);
  }

  /** Returns whether the server may still handle a `joinroom` whose answer did not come in time. */
  hasOverdueJoin(room: string): boolean {
    return this.#pending.hasOverdueJoin(room);
  }

  /** Ends the connection as soon as no request is pending on it. */
  retire(): void {
    this.#isRetired = true;
    if (this.#pending.isEmpty) this.end(disconnectedError('retired'));
  }

  /** Ends the connection now. Pending requests fail with this reason. */
  end(reason: unknown): void {
    this.#cancelHeartbeat();
    this.#cancelResponseTimer?.();
    this.#ended.abort(reason);
  }

  #sendRequest(key: RequestKey, text: string, signal: AbortSignal): Promise<Frame> {
    return new Promise((resolve) => {
      const remove = this.#pending.add(key, resolve);
      signal.addEventListener('abort', () => {
        remove();
        if (this.#isRetired) this.retire();
        // The answer no longer matters. Resolving releases what the promise holds.
        resolve({});
      });
      this.#socket.send(text);
      this.#cancelHeartbeat();
      this.#cancelHeartbeat = setTimer(this.#options.heartbeatMs, () => {
        this.request('ping', {}).catch(() => {});
      });
      this.#cancelResponseTimer ??= setTimer(this.#options.requestTimeoutMs, () =>
        this.end(timeoutError()),
      );
    });
  }

  #receive(data: unknown): void {
    if (this.ended.aborted) return;
    this.#cancelResponseTimer?.();
    this.#cancelResponseTimer = undefined;
    const frame = tryParse(data);
    if (!isRecord(frame) || !this.#pending.resolve(frame)) this.#options.onFrame(frame);
  }

  #toError(frame: ErrorFrame): KaiwaError {
    const error = new KaiwaError(frame.code, frame.message, frame);
    if (frame.code !== 'unauthenticated') return error;
    // The server no longer accepts this connection. The next one brings a new token.
    const lost = disconnectedError(error);
    this.end(lost);
    return lost;
  }
}

/** Parses a text frame. Returns the data itself if it is not JSON. */
function tryParse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : data;
  } catch {
    return data;
  }
}
