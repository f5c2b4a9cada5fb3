import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { converse } from './conversation-fixture.ts';
import { expectSoon } from './eventually.ts';
import type { Open } from './site.ts';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe has to say against a page: the rules that it breaks, and where. */
export async function violationsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = Reflect.get(window, 'axe') as typeof import('axe-core');
    const { violations } = await run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
  });
}

const still = { reducedMotion: 'reduce' } as const;
/** The screens that everything is looked at on. */
export const screens: readonly (readonly [string, BrowserContextOptions])[] = [
  ['in light', { ...still, viewport: { width: 1280, height: 800 } }],
  ['in dark', { ...still, viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ['in light at 360 pixels', { ...still, viewport: { width: 360, height: 640 } }],
  [
    'in dark at 360 pixels',
    { ...still, viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
  ],
];

/** What does not fit on the screen, by its class. */
export const tooWide = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth);
      })
      .map(({ className }) => className),
  );

/** The focus, in words: what it is on, by its label or its class. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.className ?? '';
  });

/** The page for everyone. */
export function access(site: Open): void {
  describe('axe finds nothing to say', () => {
    beforeAll(async () => {
      const clients = await converse(site().stack.url, 'access');
      await Promise.all(clients.map((client) => client.close()));
    });

    it.each(screens)('against any view %s', async (screen, options) => {
      const mine = `Mine ${screen}.`;
      const welcome = await site().look('access', options);
      expect(await violationsOf(welcome.page)).toEqual([]);
      const quiet = await site().come('empty', 'Aki', options);
      await quiet.page.getByText('It is quiet here').waitFor();
      expect(await violationsOf(quiet.page)).toEqual([]);

      const aki = await site().come('access', 'Aki', options);
      const { page } = aki;
      await aki.says(mine);
      await aki.does('Reply', mine);
      await aki.does('React', 'in the kitchen');
      expect(await violationsOf(page)).toEqual([]);
      await aki.does('Edit', mine);
      await page.getByLabel('Change your message').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await aki.does('Delete', mine);
      expect(await violationsOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      const isNarrow = await page.getByRole('button', { name: 'Show rooms' }).isVisible();
      if (isNarrow) {
        await page.getByRole('button', { name: 'Show who is here' }).click();
        expect(await violationsOf(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Show rooms' }).click();
        expect(await violationsOf(page)).toEqual([]);
      }
      await page.getByLabel('Join or open a room').fill('だめ');
      await page.getByRole('button', { name: 'Change your name' }).click();
      await page.getByRole('dialog', { name: 'Change your name' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });
  });

  describe('at 360 pixels', () => {
    it('nothing is wider than the screen', async () => {
      const [, , [, options]] = screens as [unknown, unknown, [string, BrowserContextOptions]];
      const aki = await site().come('access', 'W'.repeat(64), options);
      const { page } = aki;
      await aki.says(`https://example.com/${'x'.repeat(300)}`);
      await page.locator('.line').nth(3).click();
      await page.getByRole('button', { name: 'React', exact: true }).click();
      expect(await tooWide(page)).toEqual([]);
    });
  });

  describe('by keyboard alone', () => {
    it('one comes in, writes, goes to a message, does something with it, and is back where one was', async () => {
      const { page, ...aki } = await site().look('keyboard');
      await page.keyboard.type('Aki');
      await page.keyboard.press('Enter');
      await expectSoon(() => focus(page)).toBe('Message #keyboard');
      for (const text of ['first', 'second']) {
        await page.keyboard.type(text);
        await page.keyboard.press('Enter');
        await page.locator('.line[data-key^=m]', { hasText: text }).waitFor();
      }
      await page.keyboard.press('Shift+Tab');
      await expectSoon(() => focus(page)).toContain('line');
      await page.keyboard.press('ArrowUp');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('first');
      for (const button of ['React', 'Reply', 'Edit', 'Delete']) {
        await page.keyboard.press('Tab');
        await expectSoon(() => focus(page)).toBe(button);
      }
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await expectSoon(() => focus(page)).toContain('line');

      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectSoon(() => focus(page)).toBe('React with 👍');
      await page.keyboard.press('Escape');
      await expectSoon(() => focus(page)).toBe('React');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '👍 1: Aki' }).waitFor();
      await expectSoon(() => focus(page)).toBe('React');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectSoon(() => focus(page)).toBe('Message #keyboard');
      expect(await page.locator('.replying').innerText()).toContain('first');
      await page.keyboard.press('Escape');
      await expectSoon(() => page.locator('.replying').count()).toBe(0);

      await page.keyboard.press('ArrowUp');
      await expectSoon(() => focus(page)).toBe('Change your message');
      await page.keyboard.type(', changed');
      await page.keyboard.press('Enter');
      await page.getByText('second, changed').waitFor();
      await expectSoon(() => focus(page)).toBe('Message #keyboard');
      expect(aki.complaints).toEqual([]);
    });

    it('one opens another room, and can write there at once', async () => {
      const { page } = await site().come('lobby', 'Aki');
      await page.getByLabel('Join or open a room').focus();
      await page.keyboard.type('elsewhere');
      await page.keyboard.press('Enter');
      await expectSoon(() => focus(page)).toBe('Message #elsewhere');
    });

    it('one gets from a dialog back to what has opened it', async () => {
      const { page } = await site().come('lobby', 'Aki');
      await page.getByRole('button', { name: 'Change your name' }).focus();
      await page.keyboard.press('Enter');
      await expectSoon(() => focus(page)).not.toBe('Change your name');
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focus(page)).toBe('Change your name');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Cancel' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'detached' });
      await expectSoon(() => focus(page)).toBe('Change your name');
    });
  });

  describe('one who listens', () => {
    it('hears what arrives, and nothing of what was there before', async () => {
      const room = await site().client('Ben').join('listening');
      await room.send('before');
      const aki = await site().come('listening', 'Aki');
      await aki.sees('before');
      const spoken = aki.page.locator('.unseen[role=status]');
      await room.send('hello');
      await expectSoon(() => spoken.innerText()).toBe('Ben: hello');
      expect(await spoken.innerText()).not.toContain('before');
    });
  });
}
