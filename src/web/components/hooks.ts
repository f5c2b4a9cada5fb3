import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Observable } from '../state/observable.ts';

/** Shows again what has changed. */
export function useObservable<T extends Observable>(observable: T): T {
  const [, forceUpdate] = useReducer((count: number) => count + 1, 0);
  useEffect(() => observable.subscribe(() => forceUpdate(undefined)), [observable]);
  return observable;
}

/** Whether the screen is so. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    media.addEventListener('change', update);
    update();
    return () => media.removeEventListener('change', update);
  }, [query]);
  return matches;
}

/** The time, every second for as long as it is asked for. */
export function useNow(isEnabled: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isEnabled) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isEnabled]);
  return now;
}
