import { piecesOf } from '../lib/linkify.ts';

/** A message’s text, with its addresses made links. Everything in it is text. */
export function Text({ text }: { readonly text: string }) {
  return piecesOf(text).map((piece) =>
    piece.href === undefined ? (
      piece.text
    ) : (
      <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ),
  );
}
