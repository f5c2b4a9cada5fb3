/**
 * Returns random bytes from the platform's secure generator, as hexadecimal digits.
 * `crypto.randomUUID` does not exist on a page without TLS.
 */
export function randomHex(byteCount: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(byteCount));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
