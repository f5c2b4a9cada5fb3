import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const readTexts = ({ page }: Visitor) => page.locator('.message .text').allInnerTexts();

/** What people do in a room together. */
export function conversationTests(site: GetSite): void {
  describe('two browsers and a wscat in one room', () => {
    it('talk, each seeing what the others say, in one order', async () => {
      const [aki, ben] = await Promise.all([
        site().enterRoom('talk', 'Aki'),
        site().enterRoom('talk', 'Ben'),
      ]);
      const wscat = site().wscat('Cleo', { action: 'joinroom', room: 'talk' }, 60);
      await wscat.waitForLine('"joinroom"');
      await expectEventually(() => aki.page.locator('.member-name').allInnerTexts()).toContain(
        'Cleo',
      );

      await aki.sendMessage('Hello from Aki');
      await wscat.waitForLine('Hello from Aki');
      await ben.waitForMessage('Hello from Aki');
      await ben.sendMessage('Hello from Ben');
      await wscat.waitForLine('Hello from Ben');
      await aki.waitForMessage('Hello from Ben');
      await wscat.stop();
      const all = ['Hello from Aki', 'Hello from Ben'];
      expect([await readTexts(aki), await readTexts(ben)]).toEqual([all, all]);
      await expectEventually(() => aki.page.locator('.member-name').allInnerTexts()).toEqual(
        expect.not.arrayContaining(['Cleo']),
      );
    });

    it('see what a wscat says', async () => {
      const aki = await site().enterRoom('lobby', 'Aki');
      const frame = { action: 'sendmessage', message: 'Hello from a terminal' };
      site().wscat('Cleo', frame, 1);
      const line = await aki.waitForMessage('Hello from a terminal');
      expect(await line.locator('.name').innerText()).toBe('Cleo');
    });
  });

  describe('a message', () => {
    it('is changed, reacted to, answered and taken back, on both sides', async () => {
      const [aki, ben] = await Promise.all([
        site().enterRoom('message', 'Aki'),
        site().enterRoom('message', 'Ben'),
      ]);
      await aki.sendMessage('Tee or coffee?');
      await aki.clickAction('Edit', 'Tee or coffee?');
      const editor = aki.page.getByLabel('Change your message');
      await editor.fill('Tea or coffee?');
      await editor.press('Enter');
      const line = await ben.waitForMessage('Tea or coffee? (edited)');

      await ben.clickAction('React', 'Tea or coffee?');
      await ben.page.getByRole('button', { name: 'React with 👍' }).click();
      const reaction = (await aki.waitForMessage('Tea or coffee?')).getByRole('button', {
        name: '👍 1: Ben',
      });
      await reaction.waitFor();
      expect(await reaction.getAttribute('aria-pressed')).toBe('false');
      await reaction.click();
      await line.getByRole('button', { name: '👍 2: Ben and Aki' }).click();
      await (await aki.waitForMessage('Tea or coffee?'))
        .getByRole('button', { name: '👍 1: Aki' })
        .waitFor();

      await ben.clickAction('Reply', 'Tea or coffee?');
      expect(await ben.page.locator('.replying').innerText()).toContain('Answering Aki');
      await ben.sendMessage('Tea, please');
      const answer = await aki.waitForMessage('Tea, please');
      expect(await answer.locator('.quote').innerText()).toContain('Tea or coffee?');

      await aki.clickAction('Delete', 'Tea or coffee?');
      await aki.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await ben.page.locator('.text.deleted').waitFor();
      await expectEventually(() => ben.page.getByText('Tea or coffee?').count()).toBe(0);
      expect(await ben.page.locator('.reactions').count()).toBe(0);
    });

    it('can be changed and deleted only by who has sent it', async () => {
      const [aki, ben] = await Promise.all([
        site().enterRoom('rights', 'Aki'),
        site().enterRoom('rights', 'Ben'),
      ]);
      await aki.sendMessage('It is mine');
      await (await ben.waitForMessage('It is mine')).hover();
      const actions = await ben.page
        .locator('.actions button')
        .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')));
      expect(actions).toEqual(['React', 'Reply']);
    });

    it('is shown as it now stands after a reload, as one’s own, and with who has answered', async () => {
      const aki = await site().enterRoom('reload', 'Aki');
      await aki.sendMessage('first');
      await aki.clickAction('Reply', 'first');
      await aki.sendMessage('second');
      await aki.page.reload();
      await aki.waitForMessage('second');
      await expectEventually(() => readTexts(aki)).toEqual(['first', 'second']);
      await expectEventually(() => aki.page.locator('.message.own').count()).toBe(2);
      await expectEventually(() => aki.page.locator('.quote').innerText()).toContain('first');
    });
  });

  describe('those who are elsewhere', () => {
    it('see that somebody types, until what was typed is there', async () => {
      const [aki, ben] = await Promise.all([
        site().enterRoom('typing', 'Aki'),
        site().enterRoom('typing', 'Ben'),
      ]);
      await expectEventually(() => ben.page.locator('.member-name').count()).toBe(2);
      await ben.composer.pressSequentially('I am');
      await aki.page.getByText('Ben is typing…').waitFor();
      await ben.composer.press('Enter');
      await aki.waitForMessage('I am');
      await expectEventually(() => aki.page.getByText('Ben is typing…').count()).toBe(0);
    });

    it('see that somebody types no longer, when nothing more is heard of them', async () => {
      const aki = await site().enterRoom('fading', 'Aki');
      await aki.page.clock.install();
      const ben = await site().enterRoom('fading', 'Ben');
      await expectEventually(() => ben.page.locator('.member-name').count()).toBe(2);
      await ben.composer.pressSequentially('I am');
      await aki.page.getByText('Ben is typing…').waitFor();
      await ben.close();
      await aki.page.clock.fastForward(7_000);
      await expectEventually(() => aki.page.getByText('Ben is typing…').count()).toBe(0);
    });

    it('see what they have not read, in the list and in the title, and where it begins', async () => {
      const aki = await site().enterRoom('news', 'Aki');
      const ben = await site().enterRoom('news', 'Ben');
      await aki.sendMessage('old');
      await ben.waitForMessage('old');
      await aki.page.locator('.readers', { hasText: 'Read by Ben' }).waitFor();
      await ben.page.getByRole('link', { name: 'lobby' }).click();
      await aki.sendMessage('new');
      await aki.sendMessage('newer');
      const link = ben.page.getByRole('link', { name: 'news' });
      await expectEventually(() => link.locator('.badge').innerText()).toContain(
        '2 unread messages',
      );
      expect(await ben.page.title()).toMatch(/^\(\d+\) #lobby/);
      expect(
        await aki.page.locator('.message', { has: aki.page.locator('.readers') }).innerText(),
      ).toContain('old');

      await ben.page.reload();
      await expectEventually(() => link.locator('.badge').innerText()).toContain(
        '2 unread messages',
      );
      await link.click();
      await ben.waitForMessage('newer');
      const lines = await ben.page.locator('.timeline > li:not(.day)').allInnerTexts();
      expect(lines.map((line) => /old|newer|new|New/.exec(line)?.[0])).toEqual([
        'old',
        'New',
        'new',
        'newer',
      ]);
      await expectEventually(() => link.locator('.badge').count()).toBe(0);
      const read = aki.page.locator('.message', { has: aki.page.locator('.readers') });
      await expectEventually(() => read.innerText()).toContain('newer');
      await ben.page.reload();
      await ben.waitForMessage('newer');
      expect(await link.locator('.badge').count()).toBe(0);
    });

    it('have read what they have read in another tab', async () => {
      const aki = await site().enterRoom('tabs', 'Aki');
      const ben = await site().enterRoom('tabs', 'Ben');
      const tab = await ben.context.newPage();
      await tab.goto(site().address('lobby'));
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
