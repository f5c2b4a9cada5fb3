import { linkify } from '../lib/linkify.ts';

/** A message’s text, with its addresses made links. Everything in it is text. */
export function MessageText({ text }: { readonly text: string }) {
  return linkify(text).map((segment) =>
    segment.href === undefined ? (
      segment.text
    ) : (
      <a href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
        {segment.text}
      </a>
    ),
  );
}
