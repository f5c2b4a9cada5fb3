import type { ErrorFrame } from '../../schemas/errors.ts';
import type { Action, Request, Result } from '../../schemas/index.ts';
import { later, randomId, unless, within } from './async.ts';
import { disconnected, KaiwaError, timeout } from './errors.ts';
import { drop, type Opening, type Socket } from './web-socket.ts';

/** What a caller writes of a request: the rest is the client’s. What is undefined is not sent. */
export type Fields<A extends Action> = Lenient<Omit<Request<A>, 'action'>>;

/** Lets optional members be undefined. */
type Lenient<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/** How to make a request. */
export interface RequestOptions {
  /** Gives up when it aborts, by throwing its reason. */
  readonly signal?: AbortSignal;
  /** How long to wait for the answer, connecting and joining included, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
}

/** A person, as events name them. */
export type Person = Result<'identity'>;

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
  self: Person | undefined;
  /** Resolves when its socket is open. */
  readonly opened: Promise<unknown>;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Resolves when its socket is closed. */
  readonly closed: Promise<void>;
  readonly #ended = new AbortController();
  readonly #pending = new Map<string, (frame: Frame) => void>();
  #cancelBeat = () => {};
  /** Set while something was sent and nothing has come since. */
  #cancelDeath: (() => void) | undefined;
  #retired = false;

  constructor({ socket, why }: Opening, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onmessage = ({ data }: { data: unknown }) => this.#take(data);
    socket.onclose = ({ code }: { code: number }) => this.end(why(code));
    this.opened = unless(
      this.ended,
      () =>
        new Promise((resolve) => {
          socket.onopen = resolve;
        }),
    );
    this.closed = new Promise((resolve) => {
      this.ended.addEventListener('abort', () => resolve(drop(socket)));
    });
  }

  /** Aborts when it is over; its reason says why. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asks and waits for the answer. What was sent may take effect even where this throws. */
  async request<A extends Action>(
    action: A,
    fields: Fields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    const id = fields.id ?? randomId();
    const text = JSON.stringify({ action, ...fields, id });
    if (new Blob([text]).size > maxFrameBytes)
      throw new KaiwaError('too_large', 'Too large for one frame.');
    const ask = (over: AbortSignal) => unless(this.ended, () => this.#ask(id, text, over));
    const answer = await within(timeoutMs, timeout, signal, ask);
    const { type, action: _, id: __, ...result } = answer;
    if (type === 'ack') return result as Result<A>;
    throw this.#failure(result as unknown as ErrorFrame);
  }

  /** Ends it as soon as nothing is under way on it. */
  retire(): void {
    this.#retired = true;
    if (this.#pending.size === 0) this.end(disconnected('retired'));
  }

  /** Ends it now. What is under way fails for this reason. */
  end(reason: unknown): void {
    this.#cancelBeat();
    this.#cancelDeath?.();
    this.#ended.abort(reason);
  }

  #ask(id: string, text: string, over: AbortSignal): Promise<Frame> {
    return new Promise((resolve) => {
      over.addEventListener('abort', () => {
        this.#pending.delete(id);
        if (this.#retired) this.retire();
        // Nobody listens any more: it lets go of what waits with it.
        resolve({});
      });
      this.#pending.set(id, resolve);
      this.#socket.send(text);
      this.#cancelBeat();
      this.#cancelBeat = later(this.#options.heartbeatMs, () => {
        this.request('ping', {}).catch(() => {});
      });
      this.#cancelDeath ??= later(this.#options.requestTimeoutMs, () => this.end(timeout()));
    });
  }

  #take(data: unknown): void {
    if (this.ended.aborted) return;
    this.#cancelDeath?.();
    this.#cancelDeath = undefined;
    const frame = parsed(data);
    const { type, id } = Object(frame) as Frame;
    const answer = type === 'ack' || type === 'error' ? this.#pending.get(id as string) : undefined;
    if (answer) answer(frame as Frame);
    else this.#options.onFrame(frame);
  }

  #failure(frame: ErrorFrame): KaiwaError {
    const error = new KaiwaError(frame.code, frame.message, frame);
    if (frame.code !== 'unauthenticated') return error;
    // The server no longer knows this connection; the next one brings a new token.
    const lost = disconnected(error);
    this.end(lost);
    return lost;
  }
}

/** What a text frame holds, or the data itself where that is no JSON. */
function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : data;
  } catch {
    return data;
  }
}
