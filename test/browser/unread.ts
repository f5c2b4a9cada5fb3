import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

/** Opens a room for Aki and Ben. Ben has read a message, then leaves for the lobby and misses two. */
async function missMessages(site: GetSite, room: string): Promise<[Visitor, Visitor]> {
  const aki = await site().enterRoom(room, 'Aki');
  const ben = await site().enterRoom(room, 'Ben');
  await aki.sendMessage('old');
  await ben.waitForMessage('old');
  await aki.page.locator('.readers', { hasText: 'Read by Ben' }).waitFor();
  await ben.page.getByRole('link', { name: 'lobby' }).click();
  await aki.sendMessage('new');
  await aki.sendMessage('newer');
  return [aki, ben];
}

const findLink = ({ page }: Visitor, room: string) => page.getByRole('link', { name: room });

const findReadRow = ({ page }: Visitor) =>
  page.locator('.message', { has: page.locator('.readers') });

/** Unread messages and read markers. */
export function unreadTests(site: GetSite): void {
  describe('the unread count', () => {
    it('shows missed messages in the sidebar and the title, also after a reload', async () => {
      const [aki, ben] = await missMessages(site, 'missed');
      const badge = findLink(ben, 'missed').locator('.badge');
      await expectEventually(() => badge.innerText()).toContain('2 unread messages');
      expect(await ben.page.title()).toMatch(/^\(\d+\) #lobby/);
      expect(await findReadRow(aki).innerText()).toContain('old');
      await ben.page.reload();
      await expectEventually(() => badge.innerText()).toContain('2 unread messages');
    });

    it('becomes 0 once the new messages are shown, after a divider', async () => {
      const [aki, ben] = await missMessages(site, 'news');
      const link = findLink(ben, 'news');
      await ben.page.reload();
      await expectEventually(() => link.locator('.badge').innerText()).toContain(
        '2 unread messages',
      );
      await link.click();
      await ben.waitForMessage('newer');
      const rows = await ben.page.locator('.timeline > li:not(.day)').allInnerTexts();
      const words = rows.map((row) => /old|newer|new|New/.exec(row)?.[0]);
      expect(words).toEqual(['old', 'New', 'new', 'newer']);
      await expectEventually(() => link.locator('.badge').count()).toBe(0);
      await expectEventually(() => findReadRow(aki).innerText()).toContain('newer');
      await ben.page.reload();
      await ben.waitForMessage('newer');
      expect(await link.locator('.badge').count()).toBe(0);
    });

    it('becomes 0 in every tab when the messages are read in one', async () => {
      const aki = await site().enterRoom('tabs', 'Aki');
      const ben = await site().enterRoom('tabs', 'Ben');
      const tab = await ben.context.newPage();
      await tab.goto(site().url('lobby'));
      await tab.getByText('Connected').waitFor();
      await expectEventually(() => tab.locator('.room-name').allInnerTexts()).toContain('tabs');
      await ben.page.getByRole('link', { name: 'lobby' }).click();
      await aki.sendMessage('for both tabs');
      const badge = tab.getByRole('link', { name: 'tabs' }).locator('.badge');
      await badge.waitFor();
      await ben.page.getByRole('link', { name: 'tabs' }).click();
      await expectEventually(() => badge.count()).toBe(0);
    });
  });
}
