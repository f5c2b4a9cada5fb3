/**
 * Encodes a frame. JSON escapes control characters up to U+001F only. Terminals also obey those from
 * U+007F on, and people read frames in terminals.
 */
export function encodeFrame(content: object): string {
  return JSON.stringify(content).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
