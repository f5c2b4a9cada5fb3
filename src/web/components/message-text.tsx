import { linkify } from '../lib/linkify.ts';

/** The text of a message with its URLs as links. All other content is plain text. */
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
