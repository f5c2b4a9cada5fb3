/** The room that everybody is in. The contract says so; a test holds these to it. */
export const lobby = 'lobby';

/** A message’s length, in Unicode characters. */
export const maxText = 4096;

/** A name’s length, in Unicode characters. */
export const maxName = 64;

const room = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Whether a room may be called so. */
export const isRoom = (name: string): boolean => room.test(name);

/** The room that somebody means by what they have written, if a room can be called so. */
export function roomFrom(written: string): string | undefined {
  const name = written
    .normalize('NFKC')
    .trim()
    .replace(/^#+/, '')
    .toLowerCase()
    .replace(/\s+/g, '-');
  return isRoom(name) ? name : undefined;
}

/** The name that somebody means by what they have written: nothing where it is blank. */
export function nameFrom(written: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the contract allows none in a name
  const name = written.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return [...name].slice(0, maxName).join('').trim() || undefined;
}

/** A text’s length as the contract counts it. */
export const lengthOf = (text: string): number => [...text].length;
