import { type Client, createClient } from '../../src/client/index.ts';
import { expectSoon } from './eventually.ts';
import { type Record, scrollTo } from './recorder.ts';
import type { Open } from './site.ts';
import type { Visitor } from './visitor.ts';

const count = 1_000;

/** By how many bytes a page may have grown when all of them have been in sight: a fourth of them is held. */
const heapBound = 2 * 1024 * 1024;

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The memory of a page, in bytes, when all that it does not need is gone. */
async function heapOf({ context, page }: Visitor): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** A room with a thousand messages. */
export function scrolling(site: Open): void {
  describe('a room with 1,000 messages', () => {
    let ben: Client;
    const say = (message: string, replyTo?: number) =>
      ben.request('sendmessage', { room: 'thousand', message, replyTo });

    beforeAll(async () => {
      ben = createClient({ url: site().stack.url, name: 'Ben' });
      await ben.join('thousand');
      const waiting = numbers(1, count);
      const work = async () => {
        for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) {
          await say(`A message. ${'Words. '.repeat(n % 12)}`);
        }
      };
      await Promise.all(numbers(1, 50).map(work));
    });
    afterAll(() => ben.close());

    const come = async () => {
      const aki = await site().come('thousand', 'Aki');
      await aki.page.locator(`[data-key=m${count}]`).waitFor();
      return aki;
    };

    it('is scrolled through, back and forth, without a jump, a gap or a long task, and without keeping it', async () => {
      const aki = await come();
      const before = await heapOf(aki);
      const records: Record[] = [];
      const longest = () => Math.min(...records.map(({ longestTask }) => longestTask));
      // A task may be long because the machine has other things to do: not every time.
      for (let round = 0; round < 4 && (round === 0 || longest() > 100); round += 1) {
        for (const seq of [1, count]) records.push(await scrollTo(aki.page, seq));
      }
      for (const { jumps, seen, mostLines } of records) {
        expect(jumps).toEqual([]);
        expect(seen.toSorted((a, b) => a - b)).toEqual(expect.arrayContaining(numbers(1, count)));
        expect(mostLines).toBeLessThanOrEqual(200);
      }
      expect(longest()).toBeLessThanOrEqual(100);
      expect((await heapOf(aki)) - before).toBeLessThan(heapBound);
    });

    it('keeps one at the bottom who is there, and lets one be who is not', async () => {
      const aki = await come();
      const { page } = aki;
      const below = () =>
        page
          .locator('.scroll')
          .evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
      await expectSoon(below).toBe(0);
      await say('One stays at the bottom');
      await aki.sees('One stays at the bottom');
      await expectSoon(below).toBe(0);

      await scrollTo(page, count - 60);
      const top = await page.locator('.scroll').evaluate((box) => box.scrollTop);
      await say('One is elsewhere');
      await say('One is still elsewhere');
      await page.getByRole('button', { name: '2 new messages' }).click();
      await aki.sees('One is still elsewhere');
      await expectSoon(below).toBe(0);
      expect(top).toBeGreaterThan(0);
      expect(await page.locator('.to-newest').count()).toBe(0);
    });

    it('leads to a message that is answered, however far back, and from there to the newest', async () => {
      const aki = await come();
      const { page } = aki;
      await say('An answer to the tenth', 10);
      const answer = await aki.sees('An answer to the tenth');
      await answer.locator('.quote').click();
      const tenth = page.locator('[data-key=m10]');
      await tenth.waitFor();
      await expectSoon(() => tenth.evaluate((line) => line === document.activeElement)).toBe(true);
      await page.getByRole('button', { name: 'To the newest messages' }).click();
      await aki.sees('An answer to the tenth');
      await tenth.waitFor({ state: 'detached' });
    });
  });
}
