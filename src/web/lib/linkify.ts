/** A piece of a text: one with an address is a link. */
export interface TextSegment {
  readonly text: string;
  readonly href?: string;
}

/** What may stand in an address. Anything else ends it, so that Japanese can follow without a space. */
const urlPattern = /\bhttps?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

/** What closes a sentence or a bracket around an address is none of it. */
const trailingPunctuation = /[.,;:!?'*_]$/;

/** Cuts a text at the addresses of `http` and `https` in it. Nothing else is ever a link. */
export function linkify(text: string): TextSegment[] {
  const segments: TextSegment[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(urlPattern)) {
    const link = trimTrailing(match);
    const href = toSafeHref(link);
    if (href === undefined) continue;
    if (index > end) segments.push({ text: text.slice(end, index) });
    segments.push({ text: link, href });
    end = index + link.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end) });
  return segments;
}

/** One pass from its end: a text of thousands of brackets must neither take long nor go deep. */
function trimTrailing(url: string): string {
  const counts = new Map<string, number>();
  for (const character of url) counts.set(character, (counts.get(character) ?? 0) + 1);
  const getCount = (character: string) => counts.get(character) ?? 0;
  let end = url.length;
  for (; end > 0; end -= 1) {
    const last = url.charAt(end - 1);
    const opening = { ')': '(', ']': '[' }[last];
    const isUnpaired = opening !== undefined && getCount(last) > getCount(opening);
    if (!isUnpaired && !trailingPunctuation.test(last)) break;
    counts.set(last, getCount(last) - 1);
  }
  return url.slice(0, end);
}

/** Not where it has a name before the host: such a link looks like another one. */
function toSafeHref(link: string): string | undefined {
  const url = URL.parse(link);
  const isSafe = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isSafe ? url.href : undefined;
}
