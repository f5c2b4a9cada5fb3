import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Observable } from '../state/observable.ts';

/** Shows again what has changed. */
export function useObservable<T extends Observable>(observable: T): T {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => observable.subscribe(() => again(undefined)), [observable]);
  return observable;
}

/** Whether the screen is so. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => setMatches(media.matches);
    media.addEventListener('change', look);
    look();
    return () => media.removeEventListener('change', look);
  }, [query]);
  return matches;
}

/** The time, every second for as long as it is asked for. */
export function useNow(isWanted: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isWanted) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isWanted]);
  return now;
}
