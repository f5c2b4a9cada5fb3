import type { Message } from './message.ts';

/** All the messages that there are from one number to another, in order. */
export interface MessageRange {
  readonly messages: readonly Message[];
  readonly from: number;
  /** Infinity: up to whatever comes. */
  readonly to: number;
}

/** Whether a number lies in it. */
export const covers = ({ from, to }: MessageRange, seq: number): boolean =>
  from <= seq && seq <= to;

/** Two that touch or overlap as one. A message that is in both is taken from the first. */
export function mergeRanges(first: MessageRange, second: MessageRange): MessageRange {
  const firstSeqs = new Set(first.messages.map(({ seq }) => seq));
  const added = second.messages.filter(({ seq }) => !firstSeqs.has(seq));
  return {
    messages: [...first.messages, ...added].sort((a, b) => a.seq - b.seq),
    from: Math.min(first.from, second.from),
    to: Math.max(first.to, second.to),
  };
}

/** With one more message, in its place; the same where it has that one already. */
export function insertMessage(range: MessageRange, message: Message): MessageRange {
  const { messages } = range;
  let at = messages.length;
  while (at > 0 && (messages[at - 1]?.seq ?? 0) > message.seq) at -= 1;
  if (messages[at - 1]?.seq === message.seq) return range;
  return { ...range, messages: messages.toSpliced(at, 0, message) };
}

/** Each message changed; the same where none is. */
export function mapMessages(
  range: MessageRange,
  change: (message: Message) => Message,
): MessageRange {
  const messages = range.messages.map(change);
  const isSame = messages.every((message, index) => message === range.messages[index]);
  return isSame ? range : { ...range, messages };
}

/** At most so many of its newest messages. */
export function keepNewest(range: MessageRange, count: number): MessageRange {
  if (range.messages.length <= count) return range;
  const messages = range.messages.slice(-count);
  return { ...range, messages, from: messages[0]?.seq ?? range.from };
}

/** At most so many of its oldest messages. */
export function keepOldest(range: MessageRange, count: number): MessageRange {
  if (range.messages.length <= count) return range;
  const messages = range.messages.slice(0, count);
  return { ...range, messages, to: messages.at(-1)?.seq ?? range.to };
}
