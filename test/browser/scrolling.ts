import { type Client, createClient } from '../../src/client/index.ts';
import { expectEventually } from './eventually.ts';
import { type ScrollRecord, scrollTo } from './scroll-recorder.ts';
import type { GetSite } from './site.ts';
import type { Visitor } from './visitor.ts';

const messageCount = 1_000;

/** Largest growth of the heap after all messages were in view, in bytes. The page holds a fourth. */
const maxHeapGrowth = 2 * 1024 * 1024;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Returns the used heap of a page after garbage collection, in bytes. */
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

    it('scrolls from end to end without a jump, a gap, a long task or a leak', async () => {
      const aki = await enterRoom();
      const before = await measureHeap(aki);
      const records: ScrollRecord[] = [];
      const longest = () => Math.min(...records.map(({ longestTask }) => longestTask));
      // A busy machine can make a task long, but not in every round.
      for (let round = 0; round < 4 && (round === 0 || longest() > 100); round += 1) {
        for (const seq of [1, messageCount]) records.push(await scrollTo(aki.page, seq));
      }
      for (const { jumps, seen, maxRows } of records) {
        expect(jumps).toEqual([]);
        expect(seen.toSorted((a, b) => a - b)).toEqual(
          expect.arrayContaining(range(1, messageCount)),
        );
        expect(maxRows).toBeLessThanOrEqual(200);
      }
      expect(longest()).toBeLessThanOrEqual(100);
      expect((await measureHeap(aki)) - before).toBeLessThan(maxHeapGrowth);
    });

    it('follows new messages only while the user is at the bottom', async () => {
      const aki = await enterRoom();
      const { page } = aki;
      const distanceToBottom = () =>
        page
          .locator('.scroll')
          .evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
      await expectEventually(distanceToBottom).toBe(0);
      await sendMessage('Sent to a user at the bottom');
      await aki.waitForMessage('Sent to a user at the bottom');
      await expectEventually(distanceToBottom).toBe(0);

      await scrollTo(page, messageCount - 60);
      const top = await page.locator('.scroll').evaluate((box) => box.scrollTop);
      await sendMessage('Sent to a user elsewhere');
      await sendMessage('Also sent to a user elsewhere');
      await page.getByRole('button', { name: '2 new messages' }).click();
      await aki.waitForMessage('Also sent to a user elsewhere');
      await expectEventually(distanceToBottom).toBe(0);
      expect(top).toBeGreaterThan(0);
      expect(await page.locator('.jump-to-latest').count()).toBe(0);
    });

    it('jumps to a quoted message far back, and from there to the latest', async () => {
      const aki = await enterRoom();
      const { page } = aki;
      await sendMessage('An answer to the tenth', 10);
      const answer = await aki.waitForMessage('An answer to the tenth');
      await answer.locator('.quote').click();
      const tenth = page.locator('[data-key=m10]');
      await tenth.waitFor();
      const hasFocus = () => tenth.evaluate((row) => row === document.activeElement);
      await expectEventually(hasFocus).toBe(true);
      await page.getByRole('button', { name: 'To the newest messages' }).click();
      await aki.waitForMessage('An answer to the tenth');
      await tenth.waitFor({ state: 'detached' });
    });
  });
}
