import type { Message } from './message.ts';

/** All the messages that there are from one number to another, in order. */
export interface Span {
  readonly messages: readonly Message[];
  readonly from: number;
  /** Infinity: up to whatever comes. */
  readonly to: number;
}

/** Whether a number lies in it. */
export const covers = ({ from, to }: Span, seq: number): boolean => from <= seq && seq <= to;

/** Two that touch or overlap as one. A message that is in both is taken from the first. */
export function join(one: Span, other: Span): Span {
  const known = new Set(one.messages.map(({ seq }) => seq));
  const further = other.messages.filter(({ seq }) => !known.has(seq));
  return {
    messages: [...one.messages, ...further].sort((a, b) => a.seq - b.seq),
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
  };
}

/** With one more message, in its place; the same where it has that one already. */
export function insert(span: Span, message: Message): Span {
  const { messages } = span;
  let at = messages.length;
  while (at > 0 && (messages[at - 1]?.seq ?? 0) > message.seq) at -= 1;
  if (messages[at - 1]?.seq === message.seq) return span;
  return { ...span, messages: messages.toSpliced(at, 0, message) };
}

/** Each message changed; the same where none is. */
export function mapped(span: Span, change: (message: Message) => Message): Span {
  const messages = span.messages.map(change);
  const isSame = messages.every((message, index) => message === span.messages[index]);
  return isSame ? span : { ...span, messages };
}

/** At most so many of its newest messages. */
export function newest(span: Span, count: number): Span {
  if (span.messages.length <= count) return span;
  const messages = span.messages.slice(-count);
  return { ...span, messages, from: messages[0]?.seq ?? span.from };
}

/** At most so many of its oldest messages. */
export function oldest(span: Span, count: number): Span {
  if (span.messages.length <= count) return span;
  const messages = span.messages.slice(0, count);
  return { ...span, messages, to: messages.at(-1)?.seq ?? span.to };
}
