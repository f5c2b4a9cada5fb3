import type { GetSite } from './site.ts';

/** The composer with an input method, which uses Enter to end a composition. */
export function inputMethodTests(site: GetSite): void {
  describe('the composer with an input method', () => {
    it('sends on the Enter after the one that ends the composition', async () => {
      const aki = await site().enterRoom('ime', 'Aki');
      const { page, composer } = aki;
      const session = await aki.context.newCDPSession(page);
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
      await session.send('Input.imeSetComposition', {
        text: 'にほんちゃ',
        selectionStart: 5,
        selectionEnd: 5,
      });
      // An input method consumes the key, so the event has no text that adds a line.
      await session.send('Input.dispatchKeyEvent', {
        type: 'rawKeyDown',
        key: 'Enter',
        code: 'Enter',
        windowsVirtualKeyCode: 13,
      });
      expect(await page.evaluate(() => Reflect.get(window, 'seen'))).toEqual([true]);
      expect(await composer.inputValue()).toBe('にほんちゃ');
      await session.send('Input.insertText', { text: '日本茶' });
      expect(await composer.inputValue()).toBe('日本茶');
      expect(await page.locator('.message').count()).toBe(0);
      await page.keyboard.press('Enter');
      await aki.waitForMessage('日本茶');
      expect(await composer.inputValue()).toBe('');
    });

    it('ignores an Enter with the key code of an input method', async () => {
      const { page, composer } = await site().enterRoom('safari', 'Aki');
      await composer.fill('日本茶');
      await composer.evaluate((field) => {
        const key = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', key));
      });
      expect(await composer.inputValue()).toBe('日本茶');
      expect(await page.locator('.message').count()).toBe(0);
    });
  });
}
