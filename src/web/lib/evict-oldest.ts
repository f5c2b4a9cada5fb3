/** Deletes the entry that was inserted first if a map has more than `maxSize` entries. */
export function evictOldest<K>(map: Map<K, unknown>, maxSize: number): void {
  const [oldest] = map.keys();
  if (map.size > maxSize && oldest !== undefined) map.delete(oldest);
}
