import { en, type Messages } from './en.ts';
import { ja } from './ja.ts';

export type { Messages } from './en.ts';

/** Every language that the page speaks. */
const locales: readonly Messages[] = [en, ja];

/** The words of the first language that somebody wants and the page speaks; English else. */
export function selectLocale(preferred: readonly string[]): Messages {
  for (const tag of preferred) {
    const found = locales.find(({ locale }) => tag.toLowerCase().split('-')[0] === locale);
    if (found) return found;
  }
  return en;
}

/** What the page says, in the language of the browser. */
export const t = selectLocale(navigator.languages);
