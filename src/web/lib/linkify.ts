/** A piece of a text. A segment with an `href` is a link. */
export interface TextSegment {
  readonly text: string;
  readonly href?: string;
}

/** The characters of a URL. Any other character ends it, so Japanese can follow without a space. */
const urlPattern = /\bhttps?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

/** Punctuation that belongs to the sentence around a URL, not to the URL. */
const trailingPunctuation = /[.,;:!?'*_]$/;

/** Splits a text at its `http` and `https` URLs. No other scheme becomes a link. */
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

/**
 * Removes punctuation and unpaired closing brackets from the end of a URL.
 * One pass without recursion stays fast for a text of thousands of brackets.
 */
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

/**
 * Returns the normalized URL of a link. Returns `undefined` if the URL has a user name or password.
 * Such a URL can look like a URL of another host.
 */
function toSafeHref(link: string): string | undefined {
  const url = URL.parse(link);
  const isSafe = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isSafe ? url.href : undefined;
}
