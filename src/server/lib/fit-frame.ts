import { encodeFrame } from './frame.ts';

/**
 * What one frame's list may take, in bytes: API Gateway carries 128 KB a message, and the rest of the
 * frame needs little. A page of long messages is cut there and says that there is more.
 */
export const maxListBytes = 120_000;

/** As much of a list as fits into a frame, from its beginning or its end; at least one. */
export function takeFitting<T extends object>(list: readonly T[], from: 'beginning' | 'end'): T[] {
  const inOrder = from === 'beginning' ? list : list.toReversed();
  let bytes = 0;
  const cut = inOrder.findIndex((one, index) => {
    bytes += Buffer.byteLength(encodeFrame(one)) + 1;
    return index > 0 && bytes > maxListBytes;
  });
  const part = cut === -1 ? inOrder : inOrder.slice(0, cut);
  return from === 'beginning' ? [...part] : part.toReversed();
}
