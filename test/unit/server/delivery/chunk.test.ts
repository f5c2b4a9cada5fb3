import {
  type Chunk,
  decodeRecipients,
  type EncodedChunk,
  splitIntoChunks,
} from '../../../../src/server/delivery/chunk.ts';
import type { Recipient } from '../../../../src/server/store/members.ts';
import { event, recipient, recipients } from '../../../helpers/broadcast-harness.ts';

/** What these pages are cut into. */
async function cutting(frame: string, pages: Recipient[][], size = 500): Promise<EncodedChunk[]> {
  const reading = async function* () {
    yield* pages;
  };
  return Array.fromAsync(splitIntoChunks(frame, reading(), size));
}

const frame = JSON.stringify(event);
const parsed = ({ text }: EncodedChunk): Chunk => JSON.parse(text);

/** What AWS's documents call 256 KB. */
const limit = 256 * 1024;

describe('a chunk', () => {
  it('says in JSON who gets what', async () => {
    const [chunk, ...others] = await cutting(frame, [[recipient('a')], [], [recipient('b')]]);
    expect(others).toEqual([]);
    expect(chunk && parsed(chunk).event).toEqual(event);
    expect(chunk && decodeRecipients(parsed(chunk))).toEqual([recipient('a'), recipient('b')]);
    expect(chunk?.recipients).toEqual([recipient('a'), recipient('b')]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [30, [10, 10, 10]],
  ])('of %i recipients is cut by tens into %j', async (count, sizes) => {
    const chunks = await cutting(frame, [recipients(count)], 10);
    expect(chunks.map((chunk) => parsed(chunk).recipients.length)).toEqual(sizes);
    expect(chunks.flatMap((chunk) => chunk.recipients)).toEqual(recipients(count));
  });

  it.each([
    ['letters', 'x', 500],
    ['kanji', '会', 289],
    ['quotes', '"', 391],
    ['characters that JSON escapes', '\u0001', 149],
  ])('of people whose ids are 255 %s is within what Lambda takes', async (_name, letter, most) => {
    const userId = letter.repeat(255);
    const all = recipients(1_000).map((one) => ({ ...one, userId }));
    const long = JSON.stringify({ ...event, message: 'm'.repeat(30_000 - frame.length) });
    const chunks = await cutting(long, [all]);
    expect(Math.max(...chunks.map(({ text }) => Buffer.byteLength(text)))).toBeLessThan(limit);
    expect(chunks[0]?.recipients.length).toBeGreaterThanOrEqual(most - 150);
    expect(chunks.flatMap((chunk) => decodeRecipients(parsed(chunk)))).toEqual(all);
  });
});
