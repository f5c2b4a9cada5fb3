import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

/** Writing: with an input method, on several lines, and too much. */
export function composingTests(site: GetSite): void {
  describe('what one writes', () => {
    it('is not sent by the Enter that ends composing Japanese, but by the next one', async () => {
      const aki = await site().enterRoom('ime', 'Aki');
      const { page, composer } = aki;
      const keyboard = await aki.context.newCDPSession(page);
      await page.evaluate(() => {
        const seen: boolean[] = [];
        Object.assign(window, { seen });
        addEventListener(
          'keydown',
          ({ key, isComposing }) => key === 'Enter' && seen.push(isComposing),
          true,
        );
      });
      await composer.focus();
      const composed = { text: 'にほんちゃ', selectionStart: 5, selectionEnd: 5 };
      await keyboard.send('Input.imeSetComposition', composed);
      // An input method keeps the key to itself: it makes no new line.
      await keyboard.send('Input.dispatchKeyEvent', {
        ...{ type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 },
      });
      expect(await page.evaluate(() => Reflect.get(window, 'seen'))).toEqual([true]);
      expect(await composer.inputValue()).toBe('にほんちゃ');
      await keyboard.send('Input.insertText', { text: '日本茶' });
      expect(await composer.inputValue()).toBe('日本茶');
      expect(await page.locator('.message').count()).toBe(0);
      await page.keyboard.press('Enter');
      await aki.waitForMessage('日本茶');
      expect(await composer.inputValue()).toBe('');
    });

    it('is not sent by an Enter that the browser calls a key of an input method', async () => {
      const { page, composer } = await site().enterRoom('safari', 'Aki');
      await composer.fill('日本茶');
      await composer.evaluate((field) => {
        const key = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', key));
      });
      expect(await composer.inputValue()).toBe('日本茶');
      expect(await page.locator('.message').count()).toBe(0);
    });

    it('has lines where Shift is held, and is shown with them', async () => {
      const aki = await site().enterRoom('lines', 'Aki');
      await aki.composer.pressSequentially('one');
      const [singleLineHeight] = [await aki.composer.evaluate((field) => field.clientHeight)];
      await aki.composer.press('Shift+Enter');
      await aki.composer.pressSequentially('two');
      expect(await aki.composer.evaluate((field) => field.clientHeight)).toBeGreaterThan(
        singleLineHeight,
      );
      await aki.composer.press('Enter');
      const line = await aki.waitForMessage('two');
      expect(await line.locator('.text').innerText()).toBe('one\ntwo');
    });

    it('is not sent where it is blank, nor where it is too long, which it says', async () => {
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

    it('is sent after a reload where it was on its way, and not again where it had arrived', async () => {
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
      expect(await page.locator('.text').allInnerTexts()).toEqual([
        'before',
        'arrived',
        'after',
        'lost',
      ]);
    });

    it('is still there after a reload', async () => {
      const aki = await site().enterRoom('kept', 'Aki');
      await aki.composer.fill('not sent yet');
      await aki.page.reload();
      await expectEventually(() => aki.composer.inputValue()).toBe('not sent yet');
    });
  });
}
