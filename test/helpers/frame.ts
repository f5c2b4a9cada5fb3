/** A frame as a client reads it. */
// biome-ignore lint/suspicious/noExplicitAny: tests read frames as a client does, untyped
export type Frame = Record<string, any>;
