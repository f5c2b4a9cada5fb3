import { ReadReceipts } from '../../../../src/web/model/read-receipts.ts';
import { aki, ben, createMessage } from './fixtures.ts';

describe('ReadReceipts', () => {
  it('places a reader at the last message that was read, unless the reader sent it', () => {
    const receipts = new ReadReceipts();
    receipts.update(ben, 5);
    receipts.update(aki, 2);
    receipts.update(ben, 4);
    const readers = receipts.byMessage([createMessage(1), createMessage(3), createMessage(6)]);
    expect([...readers]).toEqual([[3, [ben]]]);
  });
});
