import { violationsOf } from './access.ts';
import { expectSoon } from './eventually.ts';
import type { Open } from './site.ts';
import type { Visitor } from './visitor.ts';

const texts = ({ page }: Visitor) => page.locator('.line .text').allInnerTexts();

/** Writes without waiting for what becomes of it. */
async function write({ composer }: Visitor, text: string): Promise<void> {
  await composer.fill(text);
  await composer.press('Enter');
}

/** What becomes of it all while the stack is down. */
export function trouble(site: Open): void {
  describe('a stack that is stopped and started again in the middle', () => {
    it('loses nothing: what was written is shown, kept, sent, or offered to be sent again', async () => {
      const [aki, ben, cleo] = await Promise.all(
        ['Aki', 'Ben', 'Cleo'].map((name) => site().come('trouble', name)),
      );
      if (!aki || !ben || !cleo) throw new Error('Somebody is missing.');
      await cleo.page.clock.install();
      await aki.says('before');
      await Promise.all([ben.sees('before'), cleo.sees('before')]);

      await site().stack.stop();
      for (const visitor of [aki, ben, cleo]) {
        await visitor.page.locator('.connection[data-state=reconnecting]').waitFor();
        await visitor.page.getByText(/Next try in \d+ seconds?/).waitFor();
      }
      await write(aki, 'first of Aki');
      await write(aki, 'second of Aki');
      await write(ben, 'only one of Ben');
      await write(cleo, 'too late of Cleo');
      expect(await aki.page.locator('.text.pending').allInnerTexts()).toEqual([
        'first of Aki',
        'second of Aki',
      ]);
      expect(await violationsOf(aki.page)).toEqual([]);
      // One may also leave a room again that one could not yet come to.
      await ben.page.getByLabel('Join or open a room').fill('never');
      await ben.page.keyboard.press('Enter');
      await ben.page.getByRole('button', { name: 'Leave room' }).click();
      await ben.page.getByRole('link', { name: 'trouble' }).click();
      // Her page waits for a minute, in no time.
      await cleo.page.clock.fastForward(61_000);
      const failure = cleo.page.locator('.failure');
      await failure.waitFor();
      expect(await failure.innerText()).toContain('Not sent. No answer came in time.');
      expect(await violationsOf(cleo.page)).toEqual([]);
      const id = await cleo.line('too late of Cleo').getAttribute('data-key');

      await site().stack.start();
      for (const { page } of [aki, ben, cleo]) {
        const button = page.getByRole('button', { name: 'Try now' });
        // It may have tried on its own.
        if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => {});
      }
      await failure.getByRole('button', { name: 'Try again' }).click();
      await cleo.sees('too late of Cleo');
      const all = [
        'before',
        'first of Aki',
        'only one of Ben',
        'second of Aki',
        'too late of Cleo',
      ];
      for (const visitor of [aki, ben, cleo]) {
        await visitor.isConnected();
        await expectSoon(async () => (await texts(visitor)).toSorted()).toEqual(all);
        expect(await visitor.page.locator('.pending, .failure, .banner').count()).toBe(0);
      }
      expect(await texts(aki)).toEqual(await texts(ben));
      expect(await texts(aki)).toEqual(await texts(cleo));
      const hers = (await texts(aki)).filter((text) => text.endsWith('of Aki'));
      expect(hers).toEqual(['first of Aki', 'second of Aki']);

      const { events } = await site()
        .client('Dora')
        .request('joinroom', { room: 'trouble', after: 0 });
      expect(events).toHaveLength(all.length);
      expect(events).toContainEqual(expect.objectContaining({ id, message: 'too late of Cleo' }));
    });
  });
}
