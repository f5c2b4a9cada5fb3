import { type Client, createClient } from '../../src/client/index.ts';
import { expectEventually } from './eventually.ts';
import { type ScrollRecord, scrollTo } from './scroll-recorder.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const messageCount = 1_000;

/** By how many bytes a page may have grown when all of them have been in sight: a fourth of them is held. */
const maxHeapGrowth = 2 * 1024 * 1024;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The memory of a page, in bytes, when all that it does not need is gone. */
async function measureHeap({ context, page }: Visitor): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** A room with a thousand messages. */
export function scrollingTests(site: GetSite): void {
  describe('a room with 1,000 messages', () => {
    let ben: Client;
    const sendMessage = (message: string, replyTo?: number) =>
      ben.request('sendmessage', { room: 'thousand', message, replyTo });

    beforeAll(async () => {
      ben = createClient({ url: site().stack.url, name: 'Ben' });
      await ben.join('thousand');
      const remaining = range(1, messageCount);
      const sendRemaining = async () => {
        for (let n = remaining.pop(); n !== undefined; n = remaining.pop()) {
          await sendMessage(`A message. ${'Words. '.repeat(n % 12)}`);
        }
      };
      await Promise.all(range(1, 50).map(sendRemaining));
    });
    afterAll(() => ben.close());

    const enterRoom = async () => {
      const aki = await site().enterRoom('thousand', 'Aki');
      await aki.page.locator(`[data-key=m${messageCount}]`).waitFor();
      return aki;
    };

    it('is scrolled through, back and forth, without a jump, a gap or a long task, and without keeping it', async () => {
      const aki = await enterRoom();
      const before = await measureHeap(aki);
      const records: ScrollRecord[] = [];
      const longest = () => Math.min(...records.map(({ longestTask }) => longestTask));
      // A task may be long because the machine has other things to do: not every time.
      for (let round = 0; round < 4 && (round === 0 || longest() > 100); round += 1) {
        for (const seq of [1, messageCount]) records.push(await scrollTo(aki.page, seq));
      }
      for (const { jumps, seen, mostLines } of records) {
        expect(jumps).toEqual([]);
        expect(seen.toSorted((a, b) => a - b)).toEqual(
          expect.arrayContaining(range(1, messageCount)),
        );
        expect(mostLines).toBeLessThanOrEqual(200);
      }
      expect(longest()).toBeLessThanOrEqual(100);
      expect((await measureHeap(aki)) - before).toBeLessThan(maxHeapGrowth);
    });

    it('keeps one at the bottom who is there, and lets one be who is not', async () => {
      const aki = await enterRoom();
      const { page } = aki;
      const distanceToBottom = () =>
        page
          .locator('.scroll')
          .evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
      await expectEventually(distanceToBottom).toBe(0);
      await sendMessage('One stays at the bottom');
      await aki.waitForMessage('One stays at the bottom');
      await expectEventually(distanceToBottom).toBe(0);

      await scrollTo(page, messageCount - 60);
      const top = await page.locator('.scroll').evaluate((box) => box.scrollTop);
      await sendMessage('One is elsewhere');
      await sendMessage('One is still elsewhere');
      await page.getByRole('button', { name: '2 new messages' }).click();
      await aki.waitForMessage('One is still elsewhere');
      await expectEventually(distanceToBottom).toBe(0);
      expect(top).toBeGreaterThan(0);
      expect(await page.locator('.jump-to-latest').count()).toBe(0);
    });

    it('leads to a message that is answered, however far back, and from there to the newest', async () => {
      const aki = await enterRoom();
      const { page } = aki;
      await sendMessage('An answer to the tenth', 10);
      const answer = await aki.waitForMessage('An answer to the tenth');
      await answer.locator('.quote').click();
      const tenth = page.locator('[data-key=m10]');
      await tenth.waitFor();
      await expectEventually(() => tenth.evaluate((line) => line === document.activeElement)).toBe(
        true,
      );
      await page.getByRole('button', { name: 'To the newest messages' }).click();
      await aki.waitForMessage('An answer to the tenth');
      await tenth.waitFor({ state: 'detached' });
    });
  });
}
