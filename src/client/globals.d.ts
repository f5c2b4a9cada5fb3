/**
 * The globals that the client uses. Browsers, Node, Deno, Bun and workers have all of them. The
 * client compiles only against this list, so it cannot come to depend on one platform.
 */

/** See https://dom.spec.whatwg.org/#interface-AbortSignal. */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare const AbortSignal: { any(signals: AbortSignal[]): AbortSignal };

/** See https://dom.spec.whatwg.org/#interface-abortcontroller. */
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: new () => AbortController;

/** A timer. Platforms disagree about its value, so the client only hands it back. */
interface Timer {
  readonly [timer: symbol]: never;
}
/** See https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html. */
declare function setTimeout(callback: () => void, delayMs: number): Timer;
declare function clearTimeout(timer: Timer): void;
declare function queueMicrotask(callback: () => void): void;

/** See https://w3c.github.io/hr-time/. It has no steps, and may pause while the machine sleeps. */
declare const performance: { now(): number };

/** See https://w3c.github.io/webcrypto/. */
declare const crypto: { getRandomValues(array: Uint32Array): Uint32Array };

/** See https://w3c.github.io/FileAPI/#blob-section. */
declare const Blob: new (parts: string[]) => { readonly size: number };

/** See https://websockets.spec.whatwg.org/. A property of `globalThis` must be a `var`. */
declare var WebSocket: import('./web-socket.ts').WebSocketConstructor;
