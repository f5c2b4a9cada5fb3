/** A piece of a text: one with an address is a link. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** What may stand in an address. Anything else ends it, so that Japanese can follow without a space. */
const address = /\bhttps?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

/** What closes a sentence or a bracket around an address is none of it. */
const closing = /[.,;:!?'*_]$/;

/** Cuts a text at the addresses of `http` and `https` in it. Nothing else is ever a link. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = trimmed(found);
    const href = hrefOf(link);
    if (href === undefined) continue;
    if (index > end) pieces.push({ text: text.slice(end, index) });
    pieces.push({ text: link, href });
    end = index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** One pass from its end: a text of thousands of brackets must neither take long nor go deep. */
function trimmed(found: string): string {
  const counts = new Map<string, number>();
  for (const character of found) counts.set(character, (counts.get(character) ?? 0) + 1);
  const count = (character: string) => counts.get(character) ?? 0;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    const open = { ')': '(', ']': '[' }[last];
    const isAlone = open !== undefined && count(last) > count(open);
    if (!isAlone && !closing.test(last)) break;
    counts.set(last, count(last) - 1);
  }
  return found.slice(0, end);
}

/** Not where it has a name before the host: such a link looks like another one. */
function hrefOf(link: string): string | undefined {
  const url = URL.parse(link);
  const isSafe = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isSafe ? url.href : undefined;
}
