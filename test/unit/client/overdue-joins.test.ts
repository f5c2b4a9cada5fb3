import { PendingRequests } from '../../../src/client/pending-requests.ts';
import { advance, useFakeClock } from './setup.ts';

useFakeClock();

const key = { action: 'joinroom', id: 'a1', room: 'tea' } as const;

describe('a joinroom that was given up', () => {
  it('counts as on its way for a minute', async () => {
    const requests = new PendingRequests();
    requests.add(key, () => {})();
    expect([requests.hasOverdueJoin('tea'), requests.hasOverdueJoin('milk')]).toEqual([
      true,
      false,
    ]);
    await advance(59_000);
    expect(requests.hasOverdueJoin('tea')).toBe(true);
    await advance(1_000);
    expect(requests.hasOverdueJoin('tea')).toBe(false);
  });

  it('counts for a minute also if the clock is set meanwhile', async () => {
    const requests = new PendingRequests();
    requests.add(key, () => {})();
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(requests.hasOverdueJoin('tea')).toBe(true);
    jest.setSystemTime(Date.now() - 7_200_000);
    await advance(60_000);
    expect(requests.hasOverdueJoin('tea')).toBe(false);
  });

  it('counts from its own end, not from that of an earlier one', async () => {
    const requests = new PendingRequests();
    requests.add(key, () => {})();
    await advance(30_000);
    requests.add({ ...key, id: 'a2' }, () => {})();
    await advance(59_000);
    expect(requests.hasOverdueJoin('tea')).toBe(true);
  });
});
