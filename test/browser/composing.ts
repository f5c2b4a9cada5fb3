import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

/** The composer: lines, limits and drafts. */
export function composingTests(site: GetSite): void {
  describe('the composer', () => {
    it('adds a line on Shift+Enter and grows with it', async () => {
      const aki = await site().enterRoom('lines', 'Aki');
      const measureHeight = () => aki.composer.evaluate((field) => field.clientHeight);
      await aki.composer.pressSequentially('one');
      const singleLineHeight = await measureHeight();
      await aki.composer.press('Shift+Enter');
      await aki.composer.pressSequentially('two');
      expect(await measureHeight()).toBeGreaterThan(singleLineHeight);
      await aki.composer.press('Enter');
      const row = await aki.waitForMessage('two');
      expect(await row.locator('.text').innerText()).toBe('one\ntwo');
    });

    it('does not send a blank text, nor one that is too long, and counts its characters', async () => {
      const aki = await site().enterRoom('long', 'Aki');
      await aki.composer.fill('  \n ');
      await aki.composer.press('Enter');
      await aki.composer.fill('😀'.repeat(4_097));
      await aki.composer.press('Enter');
      await aki.page.getByText('4,097 of 4,096 characters').waitFor();
      expect(await aki.page.locator('.message').count()).toBe(0);
      await aki.composer.fill('😀'.repeat(4_096));
      await aki.composer.press('Enter');
      await aki.waitForMessage('😀'.repeat(100));
    });

    it('keeps its text over a reload', async () => {
      const aki = await site().enterRoom('kept', 'Aki');
      await aki.composer.fill('not sent yet');
      await aki.page.reload();
      await expectEventually(() => aki.composer.inputValue()).toBe('not sent yet');
    });
  });

  describe('the send queue', () => {
    it('sends a message again after a reload, unless the server has stored it', async () => {
      const aki = await site().enterRoom('on-its-way', 'Aki');
      const { page } = aki;
      await aki.sendMessage('before');
      const key = (await page.evaluate(() => localStorage.getItem('kaiwa.key'))) ?? '';
      const room = await site().client('Aki', key).join('on-its-way');
      await room.send('arrived', { id: 'arrived' });
      await room.send('after');
      await aki.waitForMessage('after');
      await page.evaluate(() => {
        const progress = { state: 'sending' };
        const drafts = ['arrived', 'lost'].map((text) => ({
          id: text,
          text,
          sentAt: Date.now(),
          progress,
        }));
        sessionStorage.setItem('kaiwa.unsent.on-its-way', JSON.stringify({ text: '', drafts }));
      });
      await page.reload();
      await aki.waitForMessage('lost');
      await expectEventually(() => page.locator('.pending').count()).toBe(0);
      expect(await aki.readTexts()).toEqual(['before', 'arrived', 'after', 'lost']);
    });
  });
}
