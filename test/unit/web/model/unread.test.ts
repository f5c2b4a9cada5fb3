import { maxUnread as contractMaxUnread } from '../../../../schemas/fields.ts';
import { maxUnread, UnreadCount } from '../../../../src/web/model/unread.ts';

describe('maxUnread', () => {
  it('equals the limit of the contract', () => {
    expect(maxUnread).toBe(contractMaxUnread);
  });
});

describe('UnreadCount', () => {
  let unread: UnreadCount;

  beforeEach(() => {
    unread = new UnreadCount();
  });

  it("adds later messages to the server's count, each once", () => {
    unread.add(4);
    unread.add(6);
    unread.applySnapshot({ unread: 2, seq: 5 });
    unread.add(5);
    unread.add(6);
    unread.add(7);
    expect(unread.count).toBe(4);
  });

  it('stops counting a deleted message', () => {
    unread.applySnapshot({ unread: 2, seq: 5 });
    unread.add(6);
    unread.add(7);
    unread.remove(7);
    expect(unread.count).toBe(3);
  });

  it('is exact once the read marker reaches the snapshot', () => {
    unread.applySnapshot({ unread: 2, seq: 5 });
    unread.add(6);
    expect(unread.markRead(4)).toBe(false);
    expect(unread.count).toBe(3);
    expect(unread.markRead(5)).toBe(true);
    expect(unread.count).toBe(1);
    expect(unread.markRead(6)).toBe(true);
    expect(unread.count).toBe(0);
    unread.add(6);
    expect(unread.count).toBe(0);
  });

  it('counts at most 100 messages', () => {
    for (let seq = 1; seq <= 300; seq += 1) unread.add(seq);
    expect(unread.count).toBe(maxUnread);
  });
});
