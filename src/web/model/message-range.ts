import type { Message } from './message.ts';

/** All messages of a room from one seq to another, in order. */
export interface MessageRange {
  readonly messages: readonly Message[];
  readonly from: number;
  /** Infinity if the range also covers every later message. */
  readonly to: number;
}

/** Returns whether a seq is within the range. */
export const covers = ({ from, to }: MessageRange, seq: number): boolean =>
  from <= seq && seq <= to;

/** Merges two ranges that touch or overlap. A message that is in both comes from the first. */
export function mergeRanges(first: MessageRange, second: MessageRange): MessageRange {
  const firstSeqs = new Set(first.messages.map(({ seq }) => seq));
  const added = second.messages.filter(({ seq }) => !firstSeqs.has(seq));
  return {
    messages: [...first.messages, ...added].sort((a, b) => a.seq - b.seq),
    from: Math.min(first.from, second.from),
    to: Math.max(first.to, second.to),
  };
}

/** Inserts a message in the order of seq. Returns the same range if it has that message. */
export function insertMessage(range: MessageRange, message: Message): MessageRange {
  const { messages } = range;
  let at = messages.length;
  while (at > 0 && (messages[at - 1]?.seq ?? 0) > message.seq) at -= 1;
  if (messages[at - 1]?.seq === message.seq) return range;
  return { ...range, messages: messages.toSpliced(at, 0, message) };
}

/** Changes each message. Returns the same range if no message changes. */
export function mapMessages(
  range: MessageRange,
  change: (message: Message) => Message,
): MessageRange {
  const messages = range.messages.map(change);
  const isSame = messages.every((message, index) => message === range.messages[index]);
  return isSame ? range : { ...range, messages };
}

/** Keeps at most `count` messages, the newest. */
export function keepNewest(range: MessageRange, count: number): MessageRange {
  if (range.messages.length <= count) return range;
  const messages = range.messages.slice(-count);
  return { ...range, messages, from: messages[0]?.seq ?? range.from };
}

/** Keeps at most `count` messages, the oldest. */
export function keepOldest(range: MessageRange, count: number): MessageRange {
  if (range.messages.length <= count) return range;
  const messages = range.messages.slice(0, count);
  return { ...range, messages, to: messages.at(-1)?.seq ?? range.to };
}
