import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { playConversation } from './conversation-fixture.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe has to say against a page: the rules that it breaks, and where. */
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

const withoutMotion = { reducedMotion: 'reduce' } as const;
/** The screens that everything is looked at on. */
export const screens: readonly (readonly [string, BrowserContextOptions])[] = [
  ['in light', { ...withoutMotion, viewport: { width: 1280, height: 800 } }],
  ['in dark', { ...withoutMotion, viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ['in light at 360 pixels', { ...withoutMotion, viewport: { width: 360, height: 640 } }],
  [
    'in dark at 360 pixels',
    { ...withoutMotion, viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
  ],
];

/** What does not fit on the screen, by its class. */
export const findOverflowing = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth);
      })
      .map(({ className }) => className),
  );

/** The focus, in words: what it is on, by its label or its class. */
const describeFocus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.className ?? '';
  });

/** The page for everyone. */
export function accessibilityTests(site: GetSite): void {
  describe('axe finds nothing to say', () => {
    beforeAll(async () => {
      const clients = await playConversation(site().stack.url, 'access');
      await Promise.all(clients.map((client) => client.close()));
    });

    it.each(screens)('against any view %s', async (screen, options) => {
      const ownText = `Mine ${screen}.`;
      const welcome = await site().openPage('access', options);
      expect(await findAxeViolations(welcome.page)).toEqual([]);
      const quiet = await site().enterRoom('empty', 'Aki', options);
      await quiet.page.getByText('It is quiet here').waitFor();
      expect(await findAxeViolations(quiet.page)).toEqual([]);

      const aki = await site().enterRoom('access', 'Aki', options);
      const { page } = aki;
      await aki.sendMessage(ownText);
      await aki.clickAction('Reply', ownText);
      await aki.clickAction('React', 'in the kitchen');
      expect(await findAxeViolations(page)).toEqual([]);
      await aki.clickAction('Edit', ownText);
      await page.getByLabel('Change your message').waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await aki.clickAction('Delete', ownText);
      expect(await findAxeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      const isNarrow = await page.getByRole('button', { name: 'Show rooms' }).isVisible();
      if (isNarrow) {
        await page.getByRole('button', { name: 'Show who is here' }).click();
        expect(await findAxeViolations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Show rooms' }).click();
        expect(await findAxeViolations(page)).toEqual([]);
      }
      await page.getByLabel('Join or open a room').fill('だめ');
      await page.getByRole('button', { name: 'Change your name' }).click();
      await page.getByRole('dialog', { name: 'Change your name' }).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
    });
  });

  describe('at 360 pixels', () => {
    it('nothing is wider than the screen', async () => {
      const [, , [, options]] = screens as [unknown, unknown, [string, BrowserContextOptions]];
      const aki = await site().enterRoom('access', 'W'.repeat(64), options);
      const { page } = aki;
      await aki.sendMessage(`https://example.com/${'x'.repeat(300)}`);
      await page.locator('.message').nth(3).click();
      await page.getByRole('button', { name: 'React', exact: true }).click();
      expect(await findOverflowing(page)).toEqual([]);
    });
  });

  describe('by keyboard alone', () => {
    it('one comes in, writes, goes to a message, does something with it, and is back where one was', async () => {
      const { page, ...aki } = await site().openPage('keyboard');
      await page.keyboard.type('Aki');
      await page.keyboard.press('Enter');
      await expectEventually(() => describeFocus(page)).toBe('Message #keyboard');
      for (const text of ['first', 'second']) {
        await page.keyboard.type(text);
        await page.keyboard.press('Enter');
        await page.locator('.message[data-key^=m]', { hasText: text }).waitFor();
      }
      await page.keyboard.press('Shift+Tab');
      await expectEventually(() => describeFocus(page)).toContain('message');
      await page.keyboard.press('ArrowUp');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('first');
      for (const button of ['React', 'Reply', 'Edit', 'Delete']) {
        await page.keyboard.press('Tab');
        await expectEventually(() => describeFocus(page)).toBe(button);
      }
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await expectEventually(() => describeFocus(page)).toContain('message');

      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectEventually(() => describeFocus(page)).toBe('React with 👍');
      await page.keyboard.press('Escape');
      await expectEventually(() => describeFocus(page)).toBe('React');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '👍 1: Aki' }).waitFor();
      await expectEventually(() => describeFocus(page)).toBe('React');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectEventually(() => describeFocus(page)).toBe('Message #keyboard');
      expect(await page.locator('.replying').innerText()).toContain('first');
      await page.keyboard.press('Escape');
      await expectEventually(() => page.locator('.replying').count()).toBe(0);

      await page.keyboard.press('ArrowUp');
      await expectEventually(() => describeFocus(page)).toBe('Change your message');
      await page.keyboard.type(', changed');
      await page.keyboard.press('Enter');
      await page.getByText('second, changed').waitFor();
      await expectEventually(() => describeFocus(page)).toBe('Message #keyboard');
      expect(aki.pageErrors).toEqual([]);
    });

    it('one opens another room, and can write there at once', async () => {
      const { page } = await site().enterRoom('lobby', 'Aki');
      await page.getByLabel('Join or open a room').focus();
      await page.keyboard.type('elsewhere');
      await page.keyboard.press('Enter');
      await expectEventually(() => describeFocus(page)).toBe('Message #elsewhere');
    });

    it('one gets from a dialog back to what has opened it', async () => {
      const { page } = await site().enterRoom('lobby', 'Aki');
      await page.getByRole('button', { name: 'Change your name' }).focus();
      await page.keyboard.press('Enter');
      await expectEventually(() => describeFocus(page)).not.toBe('Change your name');
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await describeFocus(page)).toBe('Change your name');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Cancel' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'detached' });
      await expectEventually(() => describeFocus(page)).toBe('Change your name');
    });
  });

  describe('one who listens', () => {
    it('hears what arrives, and nothing of what was there before', async () => {
      const room = await site().client('Ben').join('listening');
      await room.send('before');
      const aki = await site().enterRoom('listening', 'Aki');
      await aki.waitForMessage('before');
      const announcement = aki.page.locator('.visually-hidden[role=status]');
      await room.send('hello');
      await expectEventually(() => announcement.innerText()).toBe('Ben: hello');
      expect(await announcement.innerText()).not.toContain('before');
    });
  });
}
