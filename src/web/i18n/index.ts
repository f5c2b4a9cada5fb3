import { en, type Texts } from './en.ts';
import { ja } from './ja.ts';

export type { Texts } from './en.ts';

/** The languages of the page. */
const locales: readonly Texts[] = [en, ja];

/** Returns the texts in the first preferred language that the page has, or in English. */
export function selectLocale(preferred: readonly string[]): Texts {
  for (const tag of preferred) {
    const found = locales.find(({ locale }) => tag.toLowerCase().split('-')[0] === locale);
    if (found) return found;
  }
  return en;
}

/** The texts of the page in the language of the browser. */
export const t = selectLocale(navigator.languages);
