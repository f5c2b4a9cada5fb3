import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Observable } from '../state/observable.ts';

/** Rerenders the component after each change of an observable. */
export function useObservable<T extends Observable>(observable: T): T {
  const [, forceUpdate] = useReducer((count: number) => count + 1, 0);
  useEffect(() => observable.subscribe(() => forceUpdate(undefined)), [observable]);
  return observable;
}

/** Returns whether a media query matches. */
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

/** Returns the current time in milliseconds. Updates it every second while enabled. */
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
