import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

/** The welcome page and the rooms. */
export function roomTests(site: GetSite): void {
  describe('the welcome page', () => {
    it('asks for a name, then opens the room in the URL', async () => {
      const { page } = await site().openPage('coffee');
      expect(await page.locator('.welcome').innerText()).toContain('enter #coffee');
      const name = page.getByLabel('Your name');
      expect(await name.evaluate((input) => input === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await name.fill('   ');
      await page.keyboard.press('Enter');
      expect(await page.locator('.composer').count()).toBe(0);
      await name.fill(' Aki ');
      await page.keyboard.press('Enter');
      await page.getByText('It is quiet here').waitFor();
      expect(await page.locator('h1').innerText()).toBe('# coffee'.replace(' ', ''));
      expect(await page.locator('.self-name strong').innerText()).toBe('Aki');
      expect(await page.title()).toBe('#coffee – Kaiwa');
      await expectEventually(() => page.locator('.member-name').allInnerTexts()).toEqual(['Aki']);
    });

    it('opens the lobby if the URL does not name a valid room', async () => {
      for (const hash of ['', 'not a room!', '%']) {
        const { page } = await site().enterRoom(hash, 'Aki');
        expect(await page.title()).toBe('#lobby – Kaiwa');
      }
    });

    it('is in Japanese if the browser prefers Japanese', async () => {
      const { page } = await site().openPage('', { locale: 'ja-JP' });
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
      await page.getByLabel('あなたの名前').fill('美咲');
      await page.getByRole('button', { name: 'はじめる' }).click();
      await page.getByText('接続中', { exact: true }).waitFor();
    });
  });

  describe('the sidebar', () => {
    it('joins rooms by name, saves them, and leaves them', async () => {
      const { page } = await site().enterRoom('lobby', 'Aki');
      const readRoomNames = () => page.locator('.room-name').allInnerTexts();
      const join = page.getByLabel('Join or open a room');
      await join.fill('日本');
      expect(await join.getAttribute('aria-invalid')).toBe('true');
      await join.press('Enter');
      expect(await readRoomNames()).toEqual(['lobby']);
      await join.fill('＃Green Tea');
      await join.press('Enter');
      await expectEventually(() => page.title()).toBe('#green-tea – Kaiwa');
      expect(page.url()).toMatch(/#green-tea$/);
      await page.goBack();
      await expectEventually(() => page.title()).toBe('#lobby – Kaiwa');
      await page.reload();
      await expectEventually(readRoomNames).toEqual(['lobby', 'green-tea']);
      await page.getByRole('link', { name: 'green-tea' }).click();
      await page.getByRole('button', { name: 'Leave room' }).click();
      await expectEventually(readRoomNames).toEqual(['lobby']);
      expect(await page.getByRole('button', { name: 'Leave room' }).count()).toBe(0);
      await page.reload();
      await expectEventually(readRoomNames).toEqual(['lobby']);
    });

    it('lists the members as they join and leave', async () => {
      const aki = await site().enterRoom('meeting', 'Aki');
      const ben = await site().enterRoom('meeting', 'Ben');
      await expectEventually(async () => (await aki.readMemberNames()).toSorted()).toEqual([
        'Aki',
        'Ben',
      ]);
      expect(await aki.page.locator('.members h2').innerText()).toBe('People (2)');
      await ben.page.getByRole('button', { name: 'Leave room' }).click();
      await expectEventually(() => aki.readMemberNames()).toEqual(['Aki']);
    });

    it('changes the name of the user, who stays the same user', async () => {
      const aki = await site().enterRoom('naming', 'Aki');
      await aki.sendMessage('I am Aki');
      await aki.page.getByRole('button', { name: 'Change your name' }).click();
      await aki.page.getByRole('dialog').getByRole('textbox').fill('Aki Tanaka');
      await aki.page.keyboard.press('Enter');
      await expectEventually(() => aki.page.locator('.self-name strong').innerText()).toBe(
        'Aki Tanaka',
      );
      await aki.sendMessage('I am still Aki');
      await expectEventually(() => aki.page.locator('.message.own').count()).toBe(2);
      await expectEventually(() => aki.page.locator('.name').allInnerTexts()).toContain('Aki');
      await expectEventually(() => aki.readMemberNames()).toEqual(['Aki Tanaka']);
    });
  });
}
