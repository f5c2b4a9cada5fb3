import type { User } from '../../client/index.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letters of a name’s first and last word; only the first where its script has no capitals. */
export function getInitials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = '', ...others] = words.map((word) => {
    const { value } = graphemes.segment(word)[Symbol.iterator]().next();
    return value?.segment.toLocaleUpperCase() ?? '';
  });
  const hasCapitals = first.toLocaleLowerCase() !== first;
  return hasCapitals ? first + (others.at(-1) ?? '') : first;
}

/** A colour for a person, always the same: an angle on the wheel of hues. */
export function getHue(userId: string): number {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360_000_007;
  return sum % 360;
}

/** The initials of a person in their colour. The name stands beside it. */
export function Avatar({ user, isSmall }: { readonly user: User; readonly isSmall?: boolean }) {
  return (
    <span
      class={isSmall ? 'avatar small' : 'avatar'}
      style={{ '--hue': `${getHue(user.userId)}` }}
      aria-hidden="true"
    >
      {getInitials(user.name)}
    </span>
  );
}
