import type { ErrorFrame } from '../../schemas/errors.ts';
import type { Action, Request, Result } from '../../schemas/index.ts';
import { abortable, randomId, setTimer, withTimeout } from './async.ts';
import { disconnectedError, KaiwaError, timeoutError } from './errors.ts';
import { closeSocket, type OpeningSocket, type WebSocketLike } from './web-socket.ts';

/** What a caller writes of a request: the rest is the client’s. What is undefined is not sent. */
export type RequestFields<A extends Action> = AllowUndefined<Omit<Request<A>, 'action'>>;

/** Lets optional members be undefined. */
type AllowUndefined<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/** How to make a request. */
export interface RequestOptions {
  /** Gives up when it aborts, by throwing its reason. */
  readonly signal?: AbortSignal;
  /** How long to wait for the answer, connecting and joining included, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
}

/** A person, as events name them. */
export type User = Result<'identity'>;

/** A frame: any JSON object. */
export type Frame = Readonly<Record<string, unknown>>;

/** API Gateway closes on a larger frame, and with it everything that is under way. */
const maxFrameBytes = 32 * 1024;

/** What a connection is told and tells. */
export interface ConnectionOptions {
  readonly requestTimeoutMs: number;
  /** After so much silence of ours a `ping` is sent. */
  readonly heartbeatMs: number;
  /** Told of every frame that answers no request: an object, or whatever came where it is none. */
  readonly onFrame: (frame: unknown) => void;
}

/** One WebSocket's life: requests and their answers, the heartbeat, and its end. */
export class Connection {
  /** Who the server takes us for, where it said so. */
  self: User | undefined;
  /** Resolves when its socket is open. */
  readonly opened: Promise<unknown>;
  readonly #socket: WebSocketLike;
  readonly #options: ConnectionOptions;
  /** Resolves when its socket is closed. */
  readonly closed: Promise<void>;
  readonly #ended = new AbortController();
  readonly #pending = new Map<string, (frame: Frame) => void>();
  #cancelHeartbeat = () => {};
  /** Set while something was sent and nothing has come since. */
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

  /** Aborts when it is over; its reason says why. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asks and waits for the answer. What was sent may take effect even where this throws. */
  async request<A extends Action>(
    action: A,
    fields: RequestFields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    const id = fields.id ?? randomId();
    const text = JSON.stringify({ action, ...fields, id });
    if (new Blob([text]).size > maxFrameBytes)
      throw new KaiwaError('too_large', 'Too large for one frame.');
    const send = (timeoutSignal: AbortSignal) =>
      abortable(this.ended, () => this.#sendRequest(id, text, timeoutSignal));
    const response = await withTimeout(timeoutMs, timeoutError, signal, send);
    const { type, action: _, id: __, ...result } = response;
    if (type === 'ack') return result as Result<A>;
    throw this.#toError(result as unknown as ErrorFrame);
  }

  /** Ends it as soon as nothing is under way on it. */
  retire(): void {
    this.#isRetired = true;
    if (this.#pending.size === 0) this.end(disconnectedError('retired'));
  }

  /** Ends it now. What is under way fails for this reason. */
  end(reason: unknown): void {
    this.#cancelHeartbeat();
    this.#cancelResponseTimer?.();
    this.#ended.abort(reason);
  }

  #sendRequest(id: string, text: string, signal: AbortSignal): Promise<Frame> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#pending.delete(id);
        if (this.#isRetired) this.retire();
        // Nobody listens any more: it lets go of what waits with it.
        resolve({});
      });
      this.#pending.set(id, resolve);
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
    const { type, id } = Object(frame) as Frame;
    const resolve =
      type === 'ack' || type === 'error' ? this.#pending.get(id as string) : undefined;
    if (resolve) resolve(frame as Frame);
    else this.#options.onFrame(frame);
  }

  #toError(frame: ErrorFrame): KaiwaError {
    const error = new KaiwaError(frame.code, frame.message, frame);
    if (frame.code !== 'unauthenticated') return error;
    // The server no longer knows this connection; the next one brings a new token.
    const lost = disconnectedError(error);
    this.end(lost);
    return lost;
  }
}

/** What a text frame holds, or the data itself where that is no JSON. */
function tryParse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : data;
  } catch {
    return data;
  }
}
