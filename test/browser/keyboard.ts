import type { Page } from 'playwright-core';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

/** Returns the label or the class of the element that has the focus. */
const describeFocus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.className ?? '';
  });

const expectFocus = (page: Page) => expectEventually(() => describeFocus(page));

/** Opens the page and sends two messages, all by keyboard. */
async function sendTwoMessages(site: GetSite, room: string): Promise<Visitor> {
  const visitor = await site().openPage(room);
  const { page } = visitor;
  await page.keyboard.type('Aki');
  await page.keyboard.press('Enter');
  await expectFocus(page).toBe(`Message #${room}`);
  for (const text of ['first', 'second']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.locator('.message[data-key^=m]', { hasText: text }).waitFor();
  }
  return visitor;
}

/** Moves the focus from the composer to the first message. */
async function focusFirstMessage(page: Page): Promise<void> {
  await page.keyboard.press('Shift+Tab');
  await expectFocus(page).toContain('message');
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('first');
}

/** The page without a pointer. */
export function keyboardTests(site: GetSite): void {
  describe('the keyboard', () => {
    it('reaches the actions of a message, and returns from a dialog to the message', async () => {
      const { page } = await sendTwoMessages(site, 'keyboard-actions');
      await focusFirstMessage(page);
      for (const button of ['React', 'Reply', 'Edit', 'Delete']) {
        await page.keyboard.press('Tab');
        await expectFocus(page).toBe(button);
      }
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await expectFocus(page).toContain('message');
    });

    it('reacts and replies to a message', async () => {
      const { page } = await sendTwoMessages(site, 'keyboard-reply');
      await focusFirstMessage(page);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectFocus(page).toBe('React with 👍');
      await page.keyboard.press('Escape');
      await expectFocus(page).toBe('React');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '👍 1: Aki' }).waitFor();
      await expectFocus(page).toBe('React');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expectFocus(page).toBe('Message #keyboard-reply');
      expect(await page.locator('.replying').innerText()).toContain('first');
      await page.keyboard.press('Escape');
      await expectEventually(() => page.locator('.replying').count()).toBe(0);
    });

    it('edits the last message with the up arrow, and returns to the composer', async () => {
      const { page } = await sendTwoMessages(site, 'keyboard-edit');
      await page.keyboard.press('ArrowUp');
      await expectFocus(page).toBe('Change your message');
      await page.keyboard.type(', changed');
      await page.keyboard.press('Enter');
      await page.getByText('second, changed').waitFor();
      await expectFocus(page).toBe('Message #keyboard-edit');
    });

    it('opens a room and moves the focus to its composer', async () => {
      const { page } = await site().enterRoom('lobby', 'Aki');
      await page.getByLabel('Join or open a room').focus();
      await page.keyboard.type('elsewhere');
      await page.keyboard.press('Enter');
      await expectFocus(page).toBe('Message #elsewhere');
    });

    it('returns from a dialog to the button that opened it', async () => {
      const { page } = await site().enterRoom('lobby', 'Aki');
      await page.getByRole('button', { name: 'Change your name' }).focus();
      await page.keyboard.press('Enter');
      await expectFocus(page).not.toBe('Change your name');
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await describeFocus(page)).toBe('Change your name');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Cancel' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'detached' });
      await expectFocus(page).toBe('Change your name');
    });
  });
}
