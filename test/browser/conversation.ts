import { expectSoon } from './eventually.ts';
import type { Open } from './site.ts';
import type { Visitor } from './visitor.ts';

const texts = ({ page }: Visitor) => page.locator('.line .text').allInnerTexts();

/** What people do in a room together. */
export function talking(site: Open): void {
  describe('two browsers and a wscat in one room', () => {
    it('talk, each seeing what the others say, in one order', async () => {
      const [aki, ben] = await Promise.all([
        site().come('talk', 'Aki'),
        site().come('talk', 'Ben'),
      ]);
      const wscat = site().wscat('Cleo', { action: 'joinroom', room: 'talk' }, 60);
      await wscat.line('"joinroom"');
      await expectSoon(() => aki.page.locator('.person-name').allInnerTexts()).toContain('Cleo');

      await aki.says('Hello from Aki');
      await wscat.line('Hello from Aki');
      await ben.sees('Hello from Aki');
      await ben.says('Hello from Ben');
      await wscat.line('Hello from Ben');
      await aki.sees('Hello from Ben');
      await wscat.stop();
      const all = ['Hello from Aki', 'Hello from Ben'];
      expect([await texts(aki), await texts(ben)]).toEqual([all, all]);
      await expectSoon(() => aki.page.locator('.person-name').allInnerTexts()).toEqual(
        expect.not.arrayContaining(['Cleo']),
      );
    });

    it('see what a wscat says', async () => {
      const aki = await site().come('lobby', 'Aki');
      const say = { action: 'sendmessage', message: 'Hello from a terminal' };
      site().wscat('Cleo', say, 1);
      const line = await aki.sees('Hello from a terminal');
      expect(await line.locator('.name').innerText()).toBe('Cleo');
    });
  });

  describe('a message', () => {
    it('is changed, reacted to, answered and taken back, on both sides', async () => {
      const [aki, ben] = await Promise.all([
        site().come('message', 'Aki'),
        site().come('message', 'Ben'),
      ]);
      await aki.says('Tee or coffee?');
      await aki.does('Edit', 'Tee or coffee?');
      const editor = aki.page.getByLabel('Change your message');
      await editor.fill('Tea or coffee?');
      await editor.press('Enter');
      const line = await ben.sees('Tea or coffee? (edited)');

      await ben.does('React', 'Tea or coffee?');
      await ben.page.getByRole('button', { name: 'React with 👍' }).click();
      const reaction = (await aki.sees('Tea or coffee?')).getByRole('button', {
        name: '👍 1: Ben',
      });
      await reaction.waitFor();
      expect(await reaction.getAttribute('aria-pressed')).toBe('false');
      await reaction.click();
      await line.getByRole('button', { name: '👍 2: Ben and Aki' }).click();
      await (await aki.sees('Tea or coffee?')).getByRole('button', { name: '👍 1: Aki' }).waitFor();

      await ben.does('Reply', 'Tea or coffee?');
      expect(await ben.page.locator('.replying').innerText()).toContain('Answering Aki');
      await ben.says('Tea, please');
      const answer = await aki.sees('Tea, please');
      expect(await answer.locator('.quote').innerText()).toContain('Tea or coffee?');

      await aki.does('Delete', 'Tea or coffee?');
      await aki.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await ben.page.locator('.text.deleted').waitFor();
      await expectSoon(() => ben.page.getByText('Tea or coffee?').count()).toBe(0);
      expect(await ben.page.locator('.reactions').count()).toBe(0);
    });

    it('can be changed and deleted only by who has sent it', async () => {
      const [aki, ben] = await Promise.all([
        site().come('rights', 'Aki'),
        site().come('rights', 'Ben'),
      ]);
      await aki.says('It is mine');
      await (await ben.sees('It is mine')).hover();
      const actions = await ben.page
        .locator('.actions button')
        .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')));
      expect(actions).toEqual(['React', 'Reply']);
    });

    it('is shown as it now stands after a reload, as one’s own, and with who has answered', async () => {
      const aki = await site().come('reload', 'Aki');
      await aki.says('first');
      await aki.does('Reply', 'first');
      await aki.says('second');
      await aki.page.reload();
      await aki.sees('second');
      await expectSoon(() => texts(aki)).toEqual(['first', 'second']);
      await expectSoon(() => aki.page.locator('.line.own').count()).toBe(2);
      await expectSoon(() => aki.page.locator('.quote').innerText()).toContain('first');
    });
  });

  describe('those who are elsewhere', () => {
    it('see that somebody types, until what was typed is there', async () => {
      const [aki, ben] = await Promise.all([
        site().come('typing', 'Aki'),
        site().come('typing', 'Ben'),
      ]);
      await expectSoon(() => ben.page.locator('.person-name').count()).toBe(2);
      await ben.composer.pressSequentially('I am');
      await aki.page.getByText('Ben is typing…').waitFor();
      await ben.composer.press('Enter');
      await aki.sees('I am');
      await expectSoon(() => aki.page.getByText('Ben is typing…').count()).toBe(0);
    });

    it('see that somebody types no longer, when nothing more is heard of them', async () => {
      const aki = await site().come('fading', 'Aki');
      await aki.page.clock.install();
      const ben = await site().come('fading', 'Ben');
      await expectSoon(() => ben.page.locator('.person-name').count()).toBe(2);
      await ben.composer.pressSequentially('I am');
      await aki.page.getByText('Ben is typing…').waitFor();
      await ben.leave();
      await aki.page.clock.fastForward(7_000);
      await expectSoon(() => aki.page.getByText('Ben is typing…').count()).toBe(0);
    });

    it('see what they have not read, in the list and in the title, and where it begins', async () => {
      const aki = await site().come('news', 'Aki');
      const ben = await site().come('news', 'Ben');
      await aki.says('old');
      await ben.sees('old');
      await aki.page.locator('.readers', { hasText: 'Read by Ben' }).waitFor();
      await ben.page.getByRole('link', { name: 'lobby' }).click();
      await aki.says('new');
      await aki.says('newer');
      const link = ben.page.getByRole('link', { name: 'news' });
      await expectSoon(() => link.locator('.badge').innerText()).toContain('2 unread messages');
      expect(await ben.page.title()).toMatch(/^\(\d+\) #lobby/);
      expect(
        await aki.page.locator('.line', { has: aki.page.locator('.readers') }).innerText(),
      ).toContain('old');

      await ben.page.reload();
      await expectSoon(() => link.locator('.badge').innerText()).toContain('2 unread messages');
      await link.click();
      await ben.sees('newer');
      const lines = await ben.page.locator('.lines > li:not(.day)').allInnerTexts();
      expect(lines.map((line) => /old|newer|new|New/.exec(line)?.[0])).toEqual([
        'old',
        'New',
        'new',
        'newer',
      ]);
      await expectSoon(() => link.locator('.badge').count()).toBe(0);
      const read = aki.page.locator('.line', { has: aki.page.locator('.readers') });
      await expectSoon(() => read.innerText()).toContain('newer');
      await ben.page.reload();
      await ben.sees('newer');
      expect(await link.locator('.badge').count()).toBe(0);
    });

    it('have read what they have read in another tab', async () => {
      const aki = await site().come('tabs', 'Aki');
      const ben = await site().come('tabs', 'Ben');
      const tab = await ben.context.newPage();
      await tab.goto(site().address('lobby'));
      await tab.getByText('Connected').waitFor();
      await expectSoon(() => tab.locator('.room-name').allInnerTexts()).toContain('tabs');
      await ben.page.getByRole('link', { name: 'lobby' }).click();
      await aki.says('for both tabs');
      const badge = tab.getByRole('link', { name: 'tabs' }).locator('.badge');
      await badge.waitFor();
      await ben.page.getByRole('link', { name: 'tabs' }).click();
      await expectSoon(() => badge.count()).toBe(0);
    });
  });
}
