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

/** A character that the contract allows in no name, and one that shows something. */
const hiddenCharacter = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visibleCharacter = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Turns user input into the name of a user. Returns `undefined` if the input shows nothing. */
export function normalizeName(input: string): string | undefined {
  const shown = input.replace(hiddenCharacter, '').trim();
  const name = [...shown].slice(0, maxNameLength).join('').trim();
  return visibleCharacter.test(name) ? name : undefined;
}

/** Returns the length of a text as the contract counts it, in Unicode characters. */
export const codePointLength = (text: string): number => [...text].length;
