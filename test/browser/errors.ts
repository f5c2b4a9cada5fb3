import { findAxeViolations } from './accessibility.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const readTexts = ({ page }: Visitor) => page.locator('.message .text').allInnerTexts();

/** Writes without waiting for what becomes of it. */
async function submitMessage({ composer }: Visitor, text: string): Promise<void> {
  await composer.fill(text);
  await composer.press('Enter');
}

/** What becomes of it all while the stack is down. */
export function errorTests(site: GetSite): void {
  describe('a stack that is stopped and started again in the middle', () => {
    it('loses nothing: what was written is shown, kept, sent, or offered to be sent again', async () => {
      const [aki, ben, cleo] = await Promise.all(
        ['Aki', 'Ben', 'Cleo'].map((name) => site().enterRoom('trouble', name)),
      );
      if (!aki || !ben || !cleo) throw new Error('Somebody is missing.');
      await cleo.page.clock.install();
      await aki.sendMessage('before');
      await Promise.all([ben.waitForMessage('before'), cleo.waitForMessage('before')]);

      await site().stack.stop();
      for (const visitor of [aki, ben, cleo]) {
        await visitor.page.locator('.connection[data-state=reconnecting]').waitFor();
        await visitor.page.getByText(/Next try in \d+ seconds?/).waitFor();
      }
      await submitMessage(aki, 'first of Aki');
      await submitMessage(aki, 'second of Aki');
      await submitMessage(ben, 'only one of Ben');
      await submitMessage(cleo, 'too late of Cleo');
      expect(await aki.page.locator('.text.pending').allInnerTexts()).toEqual([
        'first of Aki',
        'second of Aki',
      ]);
      expect(await findAxeViolations(aki.page)).toEqual([]);
      // One may also leave a room again that one could not yet come to.
      await ben.page.getByLabel('Join or open a room').fill('never');
      await ben.page.keyboard.press('Enter');
      await ben.page.getByRole('button', { name: 'Leave room' }).click();
      await ben.page.getByRole('link', { name: 'trouble' }).click();
      // Her page waits for a minute, in no time.
      await cleo.page.clock.fastForward(61_000);
      const failure = cleo.page.locator('.send-failure');
      await failure.waitFor();
      expect(await failure.innerText()).toContain('Not sent. No answer came in time.');
      expect(await findAxeViolations(cleo.page)).toEqual([]);
      const id = await cleo.messageRow('too late of Cleo').getAttribute('data-key');

      await site().stack.start();
      for (const { page } of [aki, ben, cleo]) {
        const button = page.getByRole('button', { name: 'Try now' });
        // It may have tried on its own.
        if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => {});
      }
      await failure.getByRole('button', { name: 'Try again' }).click();
      await cleo.waitForMessage('too late of Cleo');
      const all = [
        'before',
        'first of Aki',
        'only one of Ben',
        'second of Aki',
        'too late of Cleo',
      ];
      for (const visitor of [aki, ben, cleo]) {
        await visitor.waitUntilConnected();
        await expectEventually(async () => (await readTexts(visitor)).toSorted()).toEqual(all);
        expect(await visitor.page.locator('.pending, .send-failure, .banner').count()).toBe(0);
      }
      expect(await readTexts(aki)).toEqual(await readTexts(ben));
      expect(await readTexts(aki)).toEqual(await readTexts(cleo));
      const akiTexts = (await readTexts(aki)).filter((text) => text.endsWith('of Aki'));
      expect(akiTexts).toEqual(['first of Aki', 'second of Aki']);

      const { events } = await site()
        .client('Dora')
        .request('joinroom', { room: 'trouble', after: 0 });
      expect(events).toHaveLength(all.length);
      expect(events).toContainEqual(expect.objectContaining({ id, message: 'too late of Cleo' }));
    });
  });
}
