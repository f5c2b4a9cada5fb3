import type { BrowserContextOptions, Page } from 'playwright-core';
import { findAxeViolations, findOverflowing, narrowScreen, screens } from './axe.ts';
import { Conversation } from './conversation-fixture.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const expectAccessible = async (page: Page) => expect(await findAxeViolations(page)).toEqual([]);

/** Axe, narrow screens and screen readers. */
export function accessibilityTests(site: GetSite): void {
  describe('axe', () => {
    beforeAll(async () => {
      const conversation = await Conversation.play(site().stack.url, 'access');
      await conversation.close();
    });

    it.each(screens)('finds no problem in any view %s', async (screen, options) => {
      await checkEmptyViews(site, options);
      const aki = await site().enterRoom('access', 'Aki', options);
      await checkMessage(aki, `Mine ${screen}.`);
      await checkPanels(aki);
    });
  });

  describe('the page at 360 pixels', () => {
    it('shows nothing wider than the screen', async () => {
      const aki = await site().enterRoom('access', 'W'.repeat(64), narrowScreen);
      const { page } = aki;
      await aki.sendMessage(`https://example.com/${'x'.repeat(300)}`);
      await page.locator('.message').nth(3).click();
      await page.getByRole('button', { name: 'React', exact: true }).click();
      expect(await findOverflowing(page)).toEqual([]);
    });
  });

  describe('a screen reader', () => {
    it('announces new messages, but not those from before', async () => {
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

async function checkEmptyViews(site: GetSite, options: BrowserContextOptions): Promise<void> {
  const welcome = await site().openPage('access', options);
  await expectAccessible(welcome.page);
  const emptyRoom = await site().enterRoom('empty', 'Aki', options);
  await emptyRoom.page.getByText('It is quiet here').waitFor();
  await expectAccessible(emptyRoom.page);
}

async function checkMessage(visitor: Visitor, ownText: string): Promise<void> {
  const { page } = visitor;
  await visitor.sendMessage(ownText);
  await visitor.clickAction('Reply', ownText);
  await visitor.clickAction('React', 'in the kitchen');
  await expectAccessible(page);
  await visitor.clickAction('Edit', ownText);
  await page.getByLabel('Change your message').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await visitor.clickAction('Delete', ownText);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
}

async function checkPanels({ page }: Visitor): Promise<void> {
  const isNarrow = await page.getByRole('button', { name: 'Show rooms' }).isVisible();
  if (isNarrow) {
    await page.getByRole('button', { name: 'Show who is here' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show rooms' }).click();
    await expectAccessible(page);
  }
  await page.getByLabel('Join or open a room').fill('だめ');
  await page.getByRole('button', { name: 'Change your name' }).click();
  await page.getByRole('dialog', { name: 'Change your name' }).waitFor();
  await expectAccessible(page);
}
