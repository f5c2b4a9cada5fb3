/** The room that every connection is in. A test compares these limits with the contract. */
export const defaultRoom = 'lobby';

/** Longest text of a message, in Unicode characters. */
export const maxTextLength = 4096;

/** Longest name of a user, in Unicode characters. */
export const maxNameLength = 64;

const roomPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Returns whether the contract allows a room of that name. */
export const isRoomName = (name: string): boolean => roomPattern.test(name);

/** Turns user input into the name of a room. Returns `undefined` if no valid name results. */
export function normalizeRoomName(input: string): string | undefined {
  const name = input.normalize('NFKC').trim().replace(/^#+/, '').toLowerCase().replace(/\s+/g, '-');
  return isRoomName(name) ? name : undefined;
}

/** Turns user input into the name of a user. Returns `undefined` if the input is blank. */
export function normalizeName(input: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the contract allows none in a name
  const name = input.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return [...name].slice(0, maxNameLength).join('').trim() || undefined;
}

/** Returns the length of a text as the contract counts it, in Unicode characters. */
export const codePointLength = (text: string): number => [...text].length;
