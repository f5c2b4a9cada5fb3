import {
  type Chunk,
  decodeRecipients,
  type EncodedChunk,
  splitIntoChunks,
} from '../../../../src/server/delivery/chunk.ts';
import type { Recipient } from '../../../../src/server/store/members.ts';
import {
  createRecipient,
  createRecipients,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';

/** What these pages are cut into. */
async function collectChunks(
  frame: string,
  pages: Recipient[][],
  size = 500,
): Promise<EncodedChunk[]> {
  const reading = async function* () {
    yield* pages;
  };
  return Array.fromAsync(splitIntoChunks(frame, reading(), size));
}

const frame = JSON.stringify(typingEvent);
const parseChunk = ({ text }: EncodedChunk): Chunk => JSON.parse(text);

/** What AWS's documents call 256 KB. */
const limit = 256 * 1024;

describe('a chunk', () => {
  it('says in JSON who gets what', async () => {
    const [chunk, ...others] = await collectChunks(frame, [
      [createRecipient('a')],
      [],
      [createRecipient('b')],
    ]);
    expect(others).toEqual([]);
    expect(chunk && parseChunk(chunk).event).toEqual(typingEvent);
    expect(chunk && decodeRecipients(parseChunk(chunk))).toEqual([
      createRecipient('a'),
      createRecipient('b'),
    ]);
    expect(chunk?.recipients).toEqual([createRecipient('a'), createRecipient('b')]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [30, [10, 10, 10]],
  ])('of %i recipients is cut by tens into %j', async (count, sizes) => {
    const chunks = await collectChunks(frame, [createRecipients(count)], 10);
    expect(chunks.map((chunk) => parseChunk(chunk).recipients.length)).toEqual(sizes);
    expect(chunks.flatMap((chunk) => chunk.recipients)).toEqual(createRecipients(count));
  });

  it.each([
    ['letters', 'x', 500],
    ['kanji', '会', 289],
    ['quotes', '"', 391],
    ['characters that JSON escapes', '\u0001', 149],
  ])('of people whose ids are 255 %s is within what Lambda takes', async (_name, letter, most) => {
    const userId = letter.repeat(255);
    const all = createRecipients(1_000).map((one) => ({ ...one, userId }));
    const long = JSON.stringify({ ...typingEvent, message: 'm'.repeat(30_000 - frame.length) });
    const chunks = await collectChunks(long, [all]);
    expect(Math.max(...chunks.map(({ text }) => Buffer.byteLength(text)))).toBeLessThan(limit);
    expect(chunks[0]?.recipients.length).toBeGreaterThanOrEqual(most - 150);
    expect(chunks.flatMap((chunk) => decodeRecipients(parseChunk(chunk)))).toEqual(all);
  });
});
