/** Splits a list that is separated by commas. Spaces and empty entries are dropped. */
export const splitList = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
