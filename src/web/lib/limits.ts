/** The room that everybody is in. The contract says so; a test holds these to it. */
export const defaultRoom = 'lobby';

/** A message’s length, in Unicode characters. */
export const maxTextLength = 4096;

/** A name’s length, in Unicode characters. */
export const maxNameLength = 64;

const roomPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Whether a room may be called so. */
export const isRoomName = (name: string): boolean => roomPattern.test(name);

/** The room that somebody means by what they have written, if a room can be called so. */
export function normalizeRoomName(input: string): string | undefined {
  const name = input.normalize('NFKC').trim().replace(/^#+/, '').toLowerCase().replace(/\s+/g, '-');
  return isRoomName(name) ? name : undefined;
}

/** The name that somebody means by what they have written: nothing where it is blank. */
export function normalizeName(input: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the contract allows none in a name
  const name = input.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return [...name].slice(0, maxNameLength).join('').trim() || undefined;
}

/** A text’s length as the contract counts it. */
export const codePointLength = (text: string): number => [...text].length;
