import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

/** Opens a room in the browsers of two users. */
const enterTogether = (site: GetSite, room: string): Promise<[Visitor, Visitor]> =>
  Promise.all([site().enterRoom(room, 'Aki'), site().enterRoom(room, 'Ben')]);

/** Users who share a room. */
export function conversationTests(site: GetSite): void {
  describe('a room', () => {
    it('shows all messages in one order, in two browsers and a terminal', async () => {
      const [aki, ben] = await enterTogether(site, 'talk');
      const wscat = site().wscat('Cleo', { action: 'joinroom', room: 'talk' }, 60);
      await wscat.waitForLine('"joinroom"');
      await expectEventually(() => aki.readMemberNames()).toContain('Cleo');
      await aki.sendMessage('Hello from Aki');
      await wscat.waitForLine('Hello from Aki');
      await ben.waitForMessage('Hello from Aki');
      await ben.sendMessage('Hello from Ben');
      await wscat.waitForLine('Hello from Ben');
      await aki.waitForMessage('Hello from Ben');
      await wscat.stop();
      const texts = ['Hello from Aki', 'Hello from Ben'];
      expect([await aki.readTexts(), await ben.readTexts()]).toEqual([texts, texts]);
      await expectEventually(() => aki.readMemberNames()).toEqual(
        expect.not.arrayContaining(['Cleo']),
      );
    });

    it('shows a message from a terminal', async () => {
      const aki = await site().enterRoom('lobby', 'Aki');
      const frame = { action: 'sendmessage', message: 'Hello from a terminal' };
      site().wscat('Cleo', frame, 1);
      const row = await aki.waitForMessage('Hello from a terminal');
      expect(await row.locator('.name').innerText()).toBe('Cleo');
    });
  });

  describe('the timeline', () => {
    it('edits a message for both users', async () => {
      const [aki, ben] = await enterTogether(site, 'editing');
      await aki.sendMessage('Tee or coffee?');
      await aki.clickAction('Edit', 'Tee or coffee?');
      const editor = aki.page.getByLabel('Change your message');
      await editor.fill('Tea or coffee?');
      await editor.press('Enter');
      await ben.waitForMessage('Tea or coffee? (edited)');
    });

    it('adds and removes reactions of both users', async () => {
      const [aki, ben] = await enterTogether(site, 'reacting');
      await aki.sendMessage('Tea or coffee?');
      await ben.clickAction('React', 'Tea or coffee?');
      await ben.page.getByRole('button', { name: 'React with 👍' }).click();
      const row = await aki.waitForMessage('Tea or coffee?');
      const reaction = row.getByRole('button', { name: '👍 1: Ben' });
      await reaction.waitFor();
      expect(await reaction.getAttribute('aria-pressed')).toBe('false');
      await reaction.click();
      await ben.page.getByRole('button', { name: '👍 2: Ben and Aki' }).click();
      await row.getByRole('button', { name: '👍 1: Aki' }).waitFor();
    });

    it('quotes a message in a reply, and removes it for both users when it is deleted', async () => {
      const [aki, ben] = await enterTogether(site, 'replying');
      await aki.sendMessage('Tea or coffee?');
      await ben.clickAction('React', 'Tea or coffee?');
      await ben.page.getByRole('button', { name: 'React with 👍' }).click();
      await ben.clickAction('Reply', 'Tea or coffee?');
      expect(await ben.page.locator('.replying').innerText()).toContain('Answering Aki');
      await ben.sendMessage('Tea, please');
      const reply = await aki.waitForMessage('Tea, please');
      expect(await reply.locator('.quote').innerText()).toContain('Tea or coffee?');
      await expectEventually(() => ben.page.locator('.reactions').count()).toBe(1);

      await aki.clickAction('Delete', 'Tea or coffee?');
      await aki.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await ben.page.locator('.text.deleted').waitFor();
      await expectEventually(() => ben.page.getByText('Tea or coffee?').count()).toBe(0);
      expect(await ben.page.locator('.reactions').count()).toBe(0);
    });

    it('offers to edit and delete a message only to its sender', async () => {
      const [aki, ben] = await enterTogether(site, 'rights');
      await aki.sendMessage('It is mine');
      await (await ben.waitForMessage('It is mine')).hover();
      const actions = await ben.page
        .locator('.actions button')
        .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')));
      expect(actions).toEqual(['React', 'Reply']);
    });

    it('keeps own messages and quotes over a reload', async () => {
      const aki = await site().enterRoom('reload', 'Aki');
      await aki.sendMessage('first');
      await aki.clickAction('Reply', 'first');
      await aki.sendMessage('second');
      await aki.page.reload();
      await aki.waitForMessage('second');
      await expectEventually(() => aki.readTexts()).toEqual(['first', 'second']);
      await expectEventually(() => aki.page.locator('.message.own').count()).toBe(2);
      await expectEventually(() => aki.page.locator('.quote').innerText()).toContain('first');
    });
  });

  describe('the typing indicator', () => {
    it('names a typing user until the message arrives', async () => {
      const [aki, ben] = await enterTogether(site, 'typing');
      await expectEventually(() => ben.page.locator('.member-name').count()).toBe(2);
      await ben.composer.pressSequentially('I am');
      await aki.page.getByText('Ben is typing…').waitFor();
      await ben.composer.press('Enter');
      await aki.waitForMessage('I am');
      await expectEventually(() => aki.page.getByText('Ben is typing…').count()).toBe(0);
    });

    it('forgets a typing user whose connection is lost', async () => {
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
  });
}
