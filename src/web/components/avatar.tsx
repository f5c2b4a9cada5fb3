import type { User } from '../../client/index.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Returns the first characters of the first and the last word of a name.
 * A script without capitals yields only the first character.
 */
export function getInitials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = '', ...others] = words.map((word) => {
    const { value } = graphemes.segment(word)[Symbol.iterator]().next();
    return value?.segment.toLocaleUpperCase() ?? '';
  });
  const hasCapitals = first.toLocaleLowerCase() !== first;
  return hasCapitals ? first + (others.at(-1) ?? '') : first;
}

/** Returns the hue of a user's avatar, in degrees. It depends only on the user id. */
export function getHue(userId: string): number {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360_000_007;
  return sum % 360;
}

/** The initials of a user on the user's color. Screen readers skip it, since the name is beside it. */
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
