import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** Returns the accessibility rules that a page breaks, with the elements that break them. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = Reflect.get(window, 'axe') as typeof import('axe-core');
    const { violations } = await run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
  });
}

/** Returns the classes of the elements that do not fit on the screen. */
export const findOverflowing = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth);
      })
      .map(({ className }) => className),
  );

const wide: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 1280, height: 800 },
};

/** A light screen of 360 pixels. */
export const narrowScreen: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 360, height: 640 },
};

/** The screens on which every view is checked, by name. */
export const screens: readonly (readonly [string, BrowserContextOptions])[] = [
  ['in light', wide],
  ['in dark', { ...wide, colorScheme: 'dark' }],
  ['in light at 360 pixels', narrowScreen],
  ['in dark at 360 pixels', { ...narrowScreen, colorScheme: 'dark' }],
];
