import { findAxeViolations } from './axe.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const allTexts = ['before', 'first of Aki', 'only one of Ben', 'second of Aki', 'too late of Cleo'];

/** Submits a text without waiting for the ack. */
async function submitMessage({ composer }: Visitor, text: string): Promise<void> {
  await composer.fill(text);
  await composer.press('Enter');
}

async function waitUntilReconnecting({ page }: Visitor): Promise<void> {
  await page.locator('.connection[data-state=reconnecting]').waitFor();
  await page.getByText(/Next try in \d+ seconds?/).waitFor();
}

async function clickTryNow({ page }: Visitor): Promise<void> {
  const button = page.getByRole('button', { name: 'Try now' });
  // The page may reconnect on its own in the meantime.
  if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => {});
}

/** Joins and leaves a room that the page cannot reach. */
async function joinAndLeave({ page }: Visitor): Promise<void> {
  await page.getByLabel('Join or open a room').fill('never');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Leave room' }).click();
  await page.getByRole('link', { name: 'trouble' }).click();
}

/** Sends messages while the stack is down. Returns the id of Cleo's message, which times out. */
async function sendOffline(aki: Visitor, ben: Visitor, cleo: Visitor): Promise<string | null> {
  await submitMessage(aki, 'first of Aki');
  await submitMessage(aki, 'second of Aki');
  await submitMessage(ben, 'only one of Ben');
  await submitMessage(cleo, 'too late of Cleo');
  expect(await aki.page.locator('.text.pending').allInnerTexts()).toEqual([
    'first of Aki',
    'second of Aki',
  ]);
  expect(await findAxeViolations(aki.page)).toEqual([]);
  await joinAndLeave(ben);
  await cleo.page.clock.fastForward(61_000);
  const failure = cleo.page.locator('.send-failure');
  await failure.waitFor();
  expect(await failure.innerText()).toContain('Not sent. No answer came in time.');
  expect(await findAxeViolations(cleo.page)).toEqual([]);
  return cleo.messageRow('too late of Cleo').getAttribute('data-key');
}

async function expectAllShown(visitors: readonly Visitor[]): Promise<void> {
  for (const visitor of visitors) {
    await visitor.waitUntilConnected();
    await expectEventually(async () => (await visitor.readTexts()).toSorted()).toEqual(allTexts);
    expect(await visitor.page.locator('.pending, .send-failure, .banner').count()).toBe(0);
  }
  const [first = [], ...rest] = await Promise.all(visitors.map((visitor) => visitor.readTexts()));
  for (const texts of rest) expect(texts).toEqual(first);
  expect(first.filter((text) => text.endsWith('of Aki'))).toEqual([
    'first of Aki',
    'second of Aki',
  ]);
}

/** The page while the stack is down, and after it is back. */
export function errorTests(site: GetSite): void {
  describe('the page during an outage', () => {
    it('keeps every message, and sends it later or offers to send it again', async () => {
      const aki = await site().enterRoom('trouble', 'Aki');
      const ben = await site().enterRoom('trouble', 'Ben');
      const cleo = await site().enterRoom('trouble', 'Cleo');
      const visitors = [aki, ben, cleo];
      await cleo.page.clock.install();
      await aki.sendMessage('before');
      await Promise.all([ben.waitForMessage('before'), cleo.waitForMessage('before')]);

      await site().stack.stop();
      for (const visitor of visitors) await waitUntilReconnecting(visitor);
      const id = await sendOffline(aki, ben, cleo);

      await site().stack.start();
      for (const visitor of visitors) await clickTryNow(visitor);
      await cleo.page.locator('.send-failure').getByRole('button', { name: 'Try again' }).click();
      await cleo.waitForMessage('too late of Cleo');
      await expectAllShown(visitors);
      const dora = site().client('Dora');
      const { events } = await dora.request('joinroom', { room: 'trouble', after: 0 });
      expect(events).toHaveLength(allTexts.length);
      expect(events).toContainEqual(expect.objectContaining({ id, message: 'too late of Cleo' }));
    });
  });
}
