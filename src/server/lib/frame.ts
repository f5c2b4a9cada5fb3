/**
 * Writes a frame. JSON escapes the control characters up to U+001F alone; a terminal obeys those from
 * U+007F on as well, and people read this in terminals.
 */
export function encodeFrame(content: object): string {
  return JSON.stringify(content).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
