import { en, type Words } from './en.ts';
import { ja } from './ja.ts';

export type { Words } from './en.ts';

/** Every language that the page speaks. */
const languages: readonly Words[] = [en, ja];

/** The words of the first language that somebody wants and the page speaks; English else. */
export function wordsFor(wanted: readonly string[]): Words {
  for (const tag of wanted) {
    const found = languages.find(({ locale }) => tag.toLowerCase().split('-')[0] === locale);
    if (found) return found;
  }
  return en;
}

/** What the page says, in the language of the browser. */
export const words = wordsFor(navigator.languages);
