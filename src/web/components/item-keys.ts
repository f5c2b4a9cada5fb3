/** The selector of the rows that have a key: messages, but not dividers. */
const keyedRows = 'li[data-key]';

/** Returns the key of the row that contains an element. */
export function findItemKey(target: EventTarget | null): string | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>(keyedRows)?.dataset['key'];
}

/** Returns the row with a key. */
export function findRow(list: HTMLElement, key: string): HTMLElement | null {
  return list.querySelector<HTMLElement>(`li[data-key="${CSS.escape(key)}"]`);
}

/** Returns all rows that have a key. */
export const findRows = (list: HTMLElement): NodeListOf<HTMLElement> =>
  list.querySelectorAll<HTMLElement>(keyedRows);

/** Moves the focus from row to row with the arrow keys, Home and End. */
export function moveFocus(list: HTMLElement, event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || target.dataset['key'] === undefined) return;
  const rows = [...findRows(list)];
  const at = rows.indexOf(target);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  rows[to]?.focus();
}
