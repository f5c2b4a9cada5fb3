import { encodeFrame } from './frame.ts';

/**
 * The most bytes of a frame's list. API Gateway limits a message to 128 KB, and the rest of the frame
 * is small. A page of long messages ends there and says that there are more.
 */
export const maxListBytes = 120_000;

/** Returns the items that fit into a frame, from the beginning or the end, and at least one item. */
export function takeFitting<T extends object>(list: readonly T[], from: 'beginning' | 'end'): T[] {
  const inOrder = from === 'beginning' ? list : list.toReversed();
  let bytes = 0;
  const end = inOrder.findIndex((item, index) => {
    bytes += Buffer.byteLength(encodeFrame(item)) + 1;
    return index > 0 && bytes > maxListBytes;
  });
  const fitting = end === -1 ? inOrder : inOrder.slice(0, end);
  return from === 'beginning' ? [...fitting] : fitting.toReversed();
}
